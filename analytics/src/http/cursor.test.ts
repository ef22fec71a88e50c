import { z } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { decodeCursor, encodeCursor } from "./cursor.ts";

const shape = z.object({ at: z.iso.datetime(), id: z.uuid() });

test("a cursor reads back as it was written", () => {
  const position = { at: "2026-03-01T00:00:00.000Z", id: "5f0d1a52-2f43-4f3e-9d6a-7a3f7f1f2a10" };
  expect(decodeCursor(encodeCursor(position), shape)).toEqual(position);
});

test.each(["", "%%%", "bm90IGpzb24", encodeCursor({ at: "yesterday", id: "1" }), encodeCursor([])])(
  "a cursor that the list did not give (%j) is the caller's fault",
  (cursor) => {
    expect(() => decodeCursor(cursor, shape)).toThrow(expect.objectContaining({ status: 400 }));
  },
);
