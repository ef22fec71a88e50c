import { z } from "@hono/zod-openapi";
import { Problem } from "./problem.ts";

/** What a list answers as `nextCursor`: opaque to callers, so that what it holds may change. */
export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** Reads a caller's cursor; one that this API did not give is answered 400. */
export function decodeCursor<Position>(cursor: string, shape: z.ZodType<Position>): Position {
  const parsed = shape.safeParse(parseJson(Buffer.from(cursor, "base64url").toString()));
  if (parsed.success) return parsed.data;
  throw new Problem(400, "Invalid request", {
    detail: "cursor: is not one that this list gave as nextCursor",
    errors: [{ field: "cursor", reason: "is not one that this list gave as nextCursor" }],
  });
}

/** Query parameters of a list that is read page by page. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50).openapi({ description: "Items a page" }),
  cursor: z.string().min(1).max(1024).optional().openapi({ description: "`nextCursor` of the page before" }),
});

/** `{items, nextCursor}`, the shape of every list; `nextCursor` is null on the last page. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
