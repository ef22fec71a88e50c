import type { Context } from "hono";
import type { Accepted } from "./accept.ts";
import { describeProblems } from "./convert.ts";
import { Refused } from "./refused.ts";

/** Browsers send JSON as text/plain where a preflight would cost a round trip; what has no type is tried. */
export function isPlainJson(contentType = ""): boolean {
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  return type === "" || type === "application/json" || type === "text/plain";
}

const NAMED_PROBLEMS = 20;

/** The answer of protocols that have none of their own for what is partly bad: success, and what is wrong with the rest. */
export function answerPlainly(context: Context, outcome: Accepted | Refused): Response {
  for (const [name, value] of Object.entries(outcome.headers)) context.header(name, value);
  if (outcome instanceof Refused)
    return context.json({ success: false, message: outcome.message }, outcome.status);
  const { rows, problems } = outcome;
  if (problems.length === 0) return context.json({ success: true });
  const errors = problems.slice(0, NAMED_PROBLEMS).map(({ index, reason }) => ({ index, reason }));
  const rejected = problems.length;
  return rows > 0
    ? context.json({ success: true, rejected, errors })
    : context.json({ success: false, message: describeProblems(problems), rejected, errors }, 400);
}
