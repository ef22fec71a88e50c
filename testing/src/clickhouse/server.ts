import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { Session } from "chdb";
import { isAllowed, readRequest, type ClickHouseRequest } from "./request.ts";

/* ClickHouse's engine behind ClickHouse's HTTP interface, in a process of its own, so that tests drive the real client. */

const { values: options } = parseArgs({
  options: {
    path: { type: "string" },
    port: { type: "string" },
    user: { type: "string", default: "default" },
    password: { type: "string", default: "" },
  },
});
if (options.path === undefined || options.port === undefined) throw new Error("--path and --port are needed");
const path = options.path;

/** Keeps the engine open; each request runs on a session of its own, which has its own settings and database. */
const engine = new Session(path);
engine.query("SELECT 1");

createServer((request, response) => void answer(request, response)).listen(Number(options.port), "127.0.0.1");
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    engine.close();
    process.exit(0);
  });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith("/ping") === true) return void response.end("Ok.\n");
  if (!isAllowed(request, options)) {
    return fail(response, {
      status: 403,
      code: 516,
      text: "Code: 516. DB::Exception: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)",
    });
  }
  try {
    const asked = await readRequest(request);
    const result = await run(asked);
    const body = asked.wantsGzip ? gzipSync(result.bytes) : result.bytes;
    response.writeHead(200, {
      "content-type": "text/plain; charset=UTF-8",
      "x-clickhouse-query-id": asked.queryId ?? randomUUID(),
      "x-clickhouse-format": asked.format ?? "TabSeparated",
      "x-clickhouse-summary": JSON.stringify(result.summary),
      ...(asked.wantsGzip && { "content-encoding": "gzip" }),
    });
    response.end(body);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const code = Number(/^Code: (\d+)/.exec(text)?.[1] ?? 1002);
    fail(response, { status: statusOf(code), code, text });
  }
}

async function run(
  asked: ClickHouseRequest,
): Promise<{ bytes: Uint8Array; summary: Record<string, string> }> {
  const session = new Session(path);
  try {
    if (asked.database !== undefined) await session.queryAsync(`USE ${quoteIdentifier(asked.database)}`);
    for (const [name, value] of asked.settings) {
      await session.queryAsync(`SET ${quoteName(name)} = ${quoteText(value)}`);
    }
    const result = await withData(asked, (sql) =>
      session.queryAsync(sql, { format: asked.format ?? "TabSeparated" }),
    );
    const summary = { read_rows: `${result.rowsRead}`, read_bytes: `${result.bytesRead}`, elapsed_ns: "0" };
    return { bytes: result.bytes(), summary };
  } finally {
    session.close();
  }
}

const BINARY_INSERT = /^(?<into>INSERT INTO \w+ \((?<columns>[^)]*)\)) FORMAT Native$/;

/** The engine takes data in the text of a statement, which binary data is not: that goes through a file. */
async function withData<Result>(
  { sql, data }: ClickHouseRequest,
  run: (sql: string) => Promise<Result>,
): Promise<Result> {
  if (data === undefined) return run(sql);
  const binary = BINARY_INSERT.exec(sql)?.groups;
  if (binary === undefined) return run(`${sql}\n${data.toString()}`);
  const file = join(tmpdir(), `voxloop-insert-${randomUUID()}.native`);
  try {
    await writeFile(file, data);
    return await run(
      `${binary["into"]} SELECT ${binary["columns"]} FROM file(${quoteText(file)}, Native) SETTINGS max_threads = 1, max_insert_threads = 1`,
    );
  } finally {
    await rm(file, { force: true });
  }
}

function fail(response: ServerResponse, of: { status: number; code: number; text: string }): void {
  response.writeHead(of.status, {
    "x-clickhouse-exception-code": `${of.code}`,
    "content-type": "text/plain",
  });
  response.end(`${of.text} (version 26.7.1.1)\n`);
}

/** As ClickHouse's HTTPHandler maps its exceptions. */
function statusOf(code: number): number {
  const UNKNOWN_TABLE = 60;
  const UNKNOWN_DATABASE = 81;
  const CALLERS_FAULT = new Set([6, 26, 27, 36, 38, 41, 43, 47, 53, 62, 115, 117, 456]);
  if (code === UNKNOWN_TABLE || code === UNKNOWN_DATABASE) return 404;
  return CALLERS_FAULT.has(code) ? 400 : 500;
}

const quoteText = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const quoteIdentifier = (name: string) => `\`${name.replaceAll("`", "")}\``;

function quoteName(name: string): string {
  if (!/^\w+$/.test(name))
    throw new Error(`Code: 115. DB::Exception: Unknown setting '${name}'. (UNKNOWN_SETTING)`);
  return name;
}
