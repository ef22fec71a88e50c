import { z } from "zod";
import { Problem } from "../http/problem.ts";
import type { Range } from "../http/range.ts";

const position = z.object({
  offset: z.number().int().min(1),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});

/** Where the next page begins. It holds the range, so that a list up to "now" does not shift between its pages. */
export function writeCursor(offset: number, range: Range): string {
  const text = JSON.stringify({ offset, from: range.from.toISOString(), to: range.to.toISOString() });
  return Buffer.from(text).toString("base64url");
}

/** Reads what `writeCursor` wrote; anything else is a Problem (400). */
export function readCursor(cursor: string): { offset: number; range: Range } {
  const { success, data } = position.safeParse(parseJson(Buffer.from(cursor, "base64url").toString()));
  if (!success) throw new Problem(400, "Invalid request", { detail: "cursor: is not one this list gave" });
  return { offset: data.offset, range: { from: new Date(data.from), to: new Date(data.to) } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
