import { expect, test } from "vitest";
import { readBreadcrumbs } from "./breadcrumbs.ts";

test("breadcrumbs are read as the SDK writes them, and anything else is left out", () => {
  const crumb = { ago: 1200, type: "click", name: "pay" };
  expect(readBreadcrumbs(JSON.stringify([crumb, { ago: "x" }, null, 3]))).toEqual([crumb]);
  for (const text of [undefined, "", "{", "{}", "null", '"x"']) expect(readBreadcrumbs(text)).toEqual([]);
});
