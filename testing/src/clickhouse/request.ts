import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";

/** A request of ClickHouse's HTTP interface, taken apart. */
export interface ClickHouseRequest {
  sql: string;
  /** Data that follows an INSERT, when the SQL came in the address. */
  data: Buffer | undefined;
  database: string | undefined;
  queryId: string | undefined;
  format: string | undefined;
  /** Setting names with their values, `param_...` ones included. */
  settings: [name: string, value: string][];
  wantsGzip: boolean;
}

/** Parameters of the interface itself, which are no settings of a query. */
const OF_THE_INTERFACE = new Set([
  "query",
  "database",
  "query_id",
  "session_id",
  "session_timeout",
  "default_format",
  "user",
  "password",
  "role",
  "enable_http_compression",
  "wait_end_of_query",
  "send_progress_in_http_headers",
  "http_headers_progress_interval_ms",
]);

export async function readRequest(request: IncomingMessage): Promise<ClickHouseRequest> {
  const { searchParams } = new URL(request.url ?? "/", "http://localhost");
  const isGzip = request.headers["content-encoding"] === "gzip";
  const body = await buffer(isGzip ? request.pipe(createGunzip()) : request);
  const query = searchParams.get("query");
  const accepts = request.headers["accept-encoding"] ?? "";
  return {
    sql: query ?? body.toString(),
    data: query === null || body.length === 0 ? undefined : body,
    database: searchParams.get("database") ?? undefined,
    queryId: searchParams.get("query_id") ?? undefined,
    format: searchParams.get("default_format") ?? undefined,
    settings: [...searchParams].filter(([name]) => !OF_THE_INTERFACE.has(name)),
    wantsGzip: searchParams.get("enable_http_compression") === "1" && accepts.includes("gzip"),
  };
}

/** Whether a request carries the server's user and password, in any of the three ways ClickHouse reads them. */
export function isAllowed(
  request: IncomingMessage,
  { user, password }: { user: string; password: string },
): boolean {
  const { searchParams } = new URL(request.url ?? "/", "http://localhost");
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const [basicUser, basicPassword] =
    basic === undefined ? [] : splitOnce(Buffer.from(basic, "base64").toString());
  const given = {
    user: request.headers["x-clickhouse-user"] ?? basicUser ?? searchParams.get("user") ?? "default",
    password: request.headers["x-clickhouse-key"] ?? basicPassword ?? searchParams.get("password") ?? "",
  };
  return given.user === user && given.password === password;
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf(":");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
