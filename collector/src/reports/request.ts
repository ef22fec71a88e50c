import type { Converted } from "../ingest/convert.ts";
import type { Refused } from "../ingest/refused.ts";
import { createRedactor } from "@voxloop/warehouse";
import type { Report } from "./report.ts";

/** Whose request it is. */
export interface Sender {
  project: string;
  keyHint: string;
}

type Add = (report: Report) => void;

/** Details are shown to the project, not stored with events: what is removed from them is not counted. */
const quiet = createRedactor(() => undefined);

/** Reports what became of a request's records. */
export function reportRows(
  add: Add,
  sender: Sender,
  of: Pick<Converted, "sources" | "problems" | "bots" | "redacted">,
): void {
  for (const { rows, ...source } of of.sources)
    add({ ...sender, kind: "accepted", reason: "", count: rows, source });
  for (const { reason, rejection, sample } of of.problems)
    add({
      ...sender,
      kind: "rejected",
      reason: rejection,
      detail: quiet.text(reason),
      sample,
      count: 1,
    });
  if (of.bots > 0) add({ ...sender, kind: "flagged", reason: "bot", count: of.bots });
  for (const [rule, count] of Object.entries(of.redacted))
    add({ ...sender, kind: "redacted", reason: rule, count });
}

/** Reports a request that was refused whole, and so has no record to show. */
export function reportRefused(add: Add, sender: Sender, { reason, message }: Refused): void {
  add({ ...sender, kind: "rejected", reason, detail: quiet.text(withoutExcerpt(message)), count: 1 });
}

/** A JSON parser's message quotes the body where it went wrong, and a piece of a body says nothing of its attribute's name. */
function withoutExcerpt(message: string): string {
  return message.replace(/".*"/s, "…");
}

/** The start of a write key, as the settings show it. */
export function hintOfKey(key: string): string {
  return `${key.slice(0, 8)}…`;
}
