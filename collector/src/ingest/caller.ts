import type { FindKey } from "../keys/cache.ts";
import type { WriteKeyGrant } from "../keys/grant.ts";
import { allowsOrigin } from "../keys/origin.ts";
import { readWriteKey } from "../keys/write-key.ts";
import type { Limits, LimitExceeded } from "../limits/limits.ts";
import { hintOfKey, type Sender } from "../reports/request.ts";
import { Refused } from "./refused.ts";

/** Whose request it is, and what their key may send. */
export interface Caller {
  sender: Sender;
  grant: WriteKeyGrant;
}

/** Throws a Refused when the request brings no valid write key. */
export async function authenticate(findKey: FindKey, request: Request): Promise<Caller> {
  const key = readWriteKey(request);
  if (key === undefined || key === "")
    throw new Refused(
      "unauthorized",
      "no write key: send it as Authorization: Bearer, x-voxloop-key or ?key=",
    );
  const grant = await findKey(key);
  if (grant === undefined) throw new Refused("unauthorized", "the write key is not valid");
  return { grant, sender: { project: grant.projectId, keyHint: hintOfKey(key) } };
}

/** Throws a Refused when the key is not for the page that sends, or a limit allows not one event more. */
export function assertMaySend(limits: Limits, grant: WriteKeyGrant, request: Request): void {
  const origin = request.headers.get("origin") ?? undefined;
  if (!allowsOrigin(grant, origin))
    throw new Refused(
      "forbidden_origin",
      `the write key is not for pages of ${JSON.stringify(origin?.slice(0, 255))}`,
    );
  // Before the body is read, so that who is over the limit costs little.
  limits.check(grant, 1);
}

export function refuseOverLimit(error: LimitExceeded): Refused {
  const { reason, message, retryAfterSeconds, headers } = error;
  return new Refused(reason, message, { cause: error, retryAfterSeconds, headers });
}
