import type { FindKey } from "../keys/cache.ts";
import type { WriteKeyGrant } from "../keys/grant.ts";
import { allowsOrigin } from "../keys/origin.ts";
import { readWriteKey } from "../keys/write-key.ts";
import type { Limits, LimitExceeded } from "../limits/limits.ts";
import { hintOfKey, type Sender } from "../reports/request.ts";
import type { Bodies } from "./bodies.ts";
import { compressionOf, unpack } from "./body.ts";
import { Refused } from "./refused.ts";

export interface KeyedRequest {
  request: Request;
  /** The key in a body, where a protocol has a place for it; only where the request brings none otherwise. */
  keyOf?: ((body: Uint8Array) => string | undefined) | undefined;
}

/** Whose request it is, and what their key may send. */
export interface Caller {
  sender: Sender;
  grant: WriteKeyGrant;
  /** As it was sent, when it had to be read for its key. */
  body: Uint8Array | undefined;
}

/** Throws a Refused when the request brings no valid write key. */
export async function authenticate(
  { findKey, bodies }: { findKey: FindKey; bodies: Bodies },
  keyed: KeyedRequest,
): Promise<Caller> {
  const { key, body } = await presentedKey(bodies, keyed);
  if (key === undefined || key === "")
    throw new Refused(
      "unauthorized",
      "no write key: send it as Authorization: Bearer, x-voxloop-key or ?key=",
    );
  const grant = await findKey(key);
  if (grant === undefined) throw new Refused("unauthorized", "the write key is not valid");
  return { grant, sender: { project: grant.projectId, keyHint: hintOfKey(key) }, body };
}

/** Of either form: whoever sends it has shown no key yet, and Segment's own limit is half of it. */
const KEYED_BODY_BYTES = 1024 * 1024;

/** The key of the request, else the one in its body where the protocol has a place for it. */
async function presentedKey(
  bodies: Bodies,
  { request, keyOf }: KeyedRequest,
): Promise<{ key: string | undefined; body?: Uint8Array }> {
  const key = readWriteKey(request);
  if (key !== undefined || keyOf === undefined) return { key };
  const compression = compressionOf(request.headers.get("content-encoding"));
  const body = await bodies.read(request, KEYED_BODY_BYTES);
  return { key: keyOf(unpack(body, compression, KEYED_BODY_BYTES)), body };
}

/** Throws a Refused when the key is not for the page that sends, or a limit allows not one event more. */
export function assertMaySend(limits: Limits, grant: WriteKeyGrant, request: Request): void {
  assertOrigin(grant, request);
  // Before the body is read, so that who is over the limit costs little.
  limits.check(grant, 1);
}

/** Throws a Refused when the key is not for the page that asks. */
export function assertOrigin(grant: WriteKeyGrant, request: Request): void {
  const origin = request.headers.get("origin") ?? undefined;
  if (!allowsOrigin(grant, origin))
    throw new Refused(
      "forbidden_origin",
      `the write key is not for pages of ${JSON.stringify(origin?.slice(0, 255))}`,
    );
}

export function refuseOverLimit(error: LimitExceeded): Refused {
  const { reason, message, retryAfterSeconds, headers } = error;
  return new Refused(reason, message, { cause: error, retryAfterSeconds, headers });
}
