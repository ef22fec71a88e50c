import { expect, test } from "vitest";
import { newDraft, toContent, toDraft } from "./draft.ts";

const content = {
  match: { code: "E1042", flow: "transfer" },
  audience: { "vox.audience": ["care"] },
  rolloutShare: 0.07,
  holdoutShare: 0.125,
  title: { "zh-CN": "今日限额已用完", en: "Your daily limit is reached" },
  body: { en: "Raise it in Limits." },
  action: { kind: "link" as const, label: { en: "Open Limits" }, url: "/limits" },
};

test("guidance comes back from its draft as it went in", () => {
  expect(toContent(toDraft("Limit", content))).toEqual(content);
  const { action: _, ...plain } = content;
  expect(toContent(toDraft("Limit", plain))).toEqual(plain);
});

test("a retry has no address, and what is empty is left out", () => {
  const draft = { ...toDraft("Limit", content), actionKind: "retry" as const, flow: " " };
  expect(toContent(draft)).toMatchObject({
    match: { code: "E1042" },
    action: { kind: "retry", label: { en: "Open Limits" } },
  });
  expect(toContent(draft).action).not.toHaveProperty("url");
});

test("new guidance is for everybody but one in ten, to compare with", () => {
  expect(toContent(newDraft("New", { code: "E1" }))).toMatchObject({
    match: { code: "E1" },
    rolloutShare: 1,
    holdoutShare: 0.1,
  });
});
