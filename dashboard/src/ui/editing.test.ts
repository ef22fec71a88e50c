import { expect, test } from "vitest";
import { fromAudienceRows, toAudienceRows } from "./audience.ts";
import { fromLocalizedDraft, shownIn, toLocalizedDraft } from "./localized.ts";

test("a text keeps the languages somebody wrote, and the other stands in for one that is missing", () => {
  expect(fromLocalizedDraft({ zh: " 稍后再试 ", en: " " })).toEqual({ "zh-CN": "稍后再试" });
  expect(toLocalizedDraft({ en: "Try later" })).toEqual({ zh: "", en: "Try later" });
  expect(shownIn("zh", { zh: "", en: "Try later" })).toBe("Try later");
  expect(shownIn("en", { zh: "稍后再试", en: "Try later" })).toBe("Try later");
});

test("conditions on an audience are lists of values, written with commas of either script", () => {
  const rows = [
    { name: "vox.audience", values: "care， standard" },
    { name: " ", values: "x" },
    { name: "vox.audience", values: "care, vip" },
    { name: "os.name", values: "" },
  ];
  expect(fromAudienceRows(rows)).toEqual({ "vox.audience": ["care", "standard", "vip"] });
  expect(toAudienceRows({ "os.name": ["iOS", "Android"] })).toEqual([
    { name: "os.name", values: "iOS, Android" },
  ]);
});
