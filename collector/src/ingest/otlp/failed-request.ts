import { ATTR } from "@voxloop/contract";
import type { Attributes, Value } from "../record.ts";
import { SPAN_KINDS, type Span, STATUS_CODES } from "./span.ts";

/**
 * Why the request that a span describes failed, as an `error.type`; undefined when it did not, or the span is no request.
 * A status somebody set is believed: semantic conventions let only an app set "ok".
 */
export function failureOf({ kind, attributes, status }: Span): string | undefined {
  if (kind !== SPAN_KINDS["SPAN_KIND_CLIENT"] && kind !== SPAN_KINDS["SPAN_KIND_SERVER"]) return undefined;
  if (status === STATUS_CODES["STATUS_CODE_OK"]) return undefined;
  const isServer = kind === SPAN_KINDS["SPAN_KIND_SERVER"];
  const http = httpFailure(attributes, isServer);
  const rpc = rpcFailure(attributes, isServer);
  if (status !== STATUS_CODES["STATUS_CODE_ERROR"] && !http.hasFailed && !rpc.hasFailed) return undefined;
  return textOf(attributes.get(ATTR.errorType)) || http.code || rpc.code || "_OTHER";
}

interface Failure {
  code: string;
  hasFailed: boolean;
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status: a client's 404 is its error, a server's is not. */
function httpFailure(attributes: Attributes, isServer: boolean): Failure {
  const code = textOf(attributes.get(STATUS_CODE) ?? attributes.get(OLD_NAMES[STATUS_CODE]));
  return { code, hasFailed: Number(code) >= (isServer ? 500 : 400) };
}

/** https://opentelemetry.io/docs/specs/semconv/rpc/grpc/: on a server only what is the server's fault is an error. */
function rpcFailure(attributes: Attributes, isServer: boolean): Failure {
  const given = textOf(attributes.get("rpc.response.status_code") ?? attributes.get("rpc.grpc.status_code"));
  const code = /^\d+$/.test(given) ? (GRPC_CODES[Number(given)] ?? given) : given;
  const hasFailed = isServer ? SERVER_FAULTS.has(code) : GRPC_CODES.indexOf(code) > 0;
  return { code: code === "OK" ? "" : code, hasFailed };
}

/** https://grpc.io/docs/guides/status-codes/, by number. */
const GRPC_CODES: readonly string[] = (
  "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED " +
  "RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED"
).split(" ");
const SERVER_FAULTS = new Set([
  "UNKNOWN",
  "DEADLINE_EXCEEDED",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
]);

/**
 * The attributes of a failed request: the span's, under the names of today, with how long it took and a message that is the
 * same for all requests to one route, which is what such errors are grouped by.
 */
export function describeRequest(span: Span): Attributes {
  const attributes = new Map(span.attributes);
  for (const [name, old] of Object.entries(OLD_NAMES)) {
    const value = span.attributes.get(old);
    if (value !== undefined && !attributes.has(name)) attributes.set(name, value);
    attributes.delete(old);
  }
  const route = attributes.get("http.route");
  if (route !== undefined && !attributes.has(ATTR.urlTemplate)) attributes.set(ATTR.urlTemplate, route);
  const path = pathOf(textOf(attributes.get(ATTR.urlPath)) || textOf(attributes.get("url.full")));
  if (path !== "") attributes.set(ATTR.urlPath, path);
  if (span.startTime !== undefined && span.endTime !== undefined && span.endTime >= span.startTime)
    attributes.set(ATTR.durationMs, span.endTime - span.startTime);
  const message = messageOf(attributes) || span.name;
  if (message !== "" && !attributes.has(ATTR.exceptionMessage))
    attributes.set(ATTR.exceptionMessage, message);
  return attributes;
}

const STATUS_CODE = "http.response.status_code";

/** Names that many instrumentations still give, from before semantic conventions 1.23. */
const OLD_NAMES = {
  [STATUS_CODE]: "http.status_code",
  "http.request.method": "http.method",
  "url.full": "http.url",
  [ATTR.urlPath]: "http.target",
  "server.address": "net.peer.name",
} as const;

function messageOf(attributes: Attributes): string {
  const method = textOf(attributes.get("http.request.method"));
  const place = textOf(attributes.get(ATTR.urlTemplate)) || textOf(attributes.get(ATTR.urlPath));
  return method === "" || place === "" ? "" : `${method} ${place}`;
}

/** The path of an address or of a request's target, without its query. */
function pathOf(address: string): string {
  if (address.startsWith("/")) return address.replace(/[?#].*$/s, "");
  return URL.parse(address)?.pathname ?? "";
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
