import type { SavedGuidance } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import { guidanceOf, newGuidanceHref } from "./error-guidance.ts";

function guidance(match: object, state: SavedGuidance["state"] = "published"): SavedGuidance {
  const content = { match, audience: {}, rolloutShare: 1, holdoutShare: 0, title: {}, body: {} };
  const published = { version: 1, content, publishedAt: "2026-11-25T00:00:00.000Z", publishedBy: "a" };
  const at = { createdAt: "", createdBy: "", updatedAt: "", updatedBy: "" };
  return { id: JSON.stringify(match), name: "g", state, version: 1, draft: null, published, ...at };
}
const ERROR = { code: "E2210", flow: "payment", type: "BusinessError" };

test("guidance answers an error when all that it names is equal, and only while it is published", () => {
  const right = [guidance({ code: "E2210" }), guidance({ flow: "payment", errorType: "BusinessError" })];
  const wrong = [
    guidance({ code: "E2210", flow: "transfer" }),
    guidance({ code: "E1042" }),
    guidance({ code: "E2210" }, "archived"),
  ];
  expect(guidanceOf(ERROR, [...right, ...wrong])).toEqual(right);
});

test("new guidance begins with the error's code and flow, and with its type where it has no code", () => {
  expect(newGuidanceHref(ERROR)).toBe("/guidance?code=E2210&flow=payment");
  expect(newGuidanceHref({ ...ERROR, code: "", flow: "" })).toBe("/guidance?type=BusinessError");
});
