import { ATTR, EVENT } from "@voxloop/contract";
import type { Attributes } from "../core/event.ts";
import { readCustomer, type Customer } from "./customer.ts";
import type { NodeVoxloop } from "./voxloop.ts";

/** What all the middleware takes; `Request` is the framework's. */
export interface RequestOptions<Request> {
  /**
   * Who makes the request, asked at each event: so it may read what authentication has found meanwhile. What it leaves
   * open is read from the request's `baggage`. Default: the baggage alone.
   */
  customer?: ((request: Request) => string | Customer | null | undefined) | undefined;
  /** False: a `baggage` header names nobody. Default true, as for every event of a device. */
  trustBaggage?: boolean | undefined;
  /** Attributes of all events during the request. */
  attributes?: ((request: Request) => Attributes) | undefined;
}

export interface RequestParts<Request> {
  request: Request;
  options: RequestOptions<Request> | undefined;
  baggage: string | null | undefined;
}

/** How a request failed. */
export interface RequestFailure {
  framework: string;
  /** What was thrown, if anything. */
  error?: unknown;
  status: number;
  method: string;
  /** The route's pattern. */
  route: string | undefined;
  path: string;
  durationMs: number;
}

/** The client of the customer who makes a request. */
export function clientOf<Request>(
  voxloop: NodeVoxloop,
  { request, options = {}, baggage }: RequestParts<Request>,
): NodeVoxloop {
  const { customer, attributes, trustBaggage = true } = options;
  const carried = trustBaggage && baggage ? readBaggage(baggage) : {};
  const known = (): Customer => ({
    ...carried,
    // Throws into the client, which says so.
    ...readCustomer(customer && (() => customer(request)), (cause) => {
      throw cause;
    }),
  });
  return voxloop.withCustomer(known, attributes && tryOut(() => attributes(request)));
}

function tryOut(read: () => Attributes): Attributes | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** An error that was thrown is an exception; an answer of 5xx without one a failed request. Others are no surprise. */
export function reportFailure(client: NodeVoxloop, failure: RequestFailure): void {
  const { framework, error, status, method, route, path, durationMs } = failure;
  if (status < 500) return;
  const attributes = {
    [ATTR.httpMethod]: method,
    "http.route": route || undefined,
    [ATTR.urlTemplate]: route || undefined,
    [ATTR.httpStatus]: status,
    [ATTR.urlPath]: path,
    [ATTR.errorOrigin]: framework,
    [ATTR.durationMs]: Math.round(durationMs),
  };
  if (error === undefined || error === null) {
    client.track(EVENT.requestFailed, { ...attributes, [ATTR.errorType]: String(status) });
  } else client.captureError(error, { attributes });
}

/** The status that frameworks give an error that was thrown: its own, else 500. */
export function statusOf(error: unknown): number {
  const { status, statusCode } = Object(error) as Record<string, unknown>;
  const own = Number(statusCode ?? status);
  return own >= 400 && own <= 599 ? own : 500;
}

const BAGGAGE_FIELDS: Record<string, keyof Customer> = {
  [ATTR.userId]: "userId",
  [ATTR.installationId]: "installationId",
  [ATTR.sessionId]: "sessionId",
};
/** Ids are short; what is longer is none. */
const ID_MAX = 256;

/** The customer that a request carries along, from W3C Baggage. */
function readBaggage(header: string): Customer {
  const customer: Customer = {};
  for (const member of header.slice(0, 8_192).split(",")) {
    const [, name, value] = /^\s*([^=;\s]+)\s*=\s*([^;\s]*)/.exec(member) ?? [];
    const field = BAGGAGE_FIELDS[name ?? ""];
    const id = field && decode(value);
    if (id && id.length <= ID_MAX) customer[field] = id;
  }
  return customer;
}

function decode(value = ""): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}
