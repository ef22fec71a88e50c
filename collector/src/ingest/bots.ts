import { isbot } from "isbot";
import { BoundedMap } from "../bounded-map.ts";

const known = new BoundedMap<boolean>(1_000);
const LENGTH_MAX = 512;

/** Whether a user agent says that it is a crawler, a monitor or another program; false for none and for an app's own. */
export function isBot(userAgent: string): boolean {
  if (userAgent === "") return false;
  const text = userAgent.slice(0, LENGTH_MAX);
  const found = known.get(text);
  if (found !== undefined) return found;
  const answer = isbot(text);
  known.set(text, answer);
  return answer;
}

/** The user agent of a request that comes from a page. An HTTP library's own says nothing of the customers whose events it carries. */
export function pageUserAgent(headers: Headers): string {
  const userAgent = headers.get("user-agent") ?? "";
  return userAgent.startsWith("Mozilla/") ? userAgent : "";
}
