import type { Guidance } from "@voxloop/contract";
import { z } from "zod";
import {
  attributeFilter,
  hasText,
  localizedText,
  newPrompt,
  promptChange,
  promptPreview,
  savedPrompt,
  share,
  type FieldProblem,
} from "../prompts/prompt.ts";

const TITLE_LENGTH = 120;
const BODY_LENGTH = 1000;
const LABEL_LENGTH = 60;

const matched = z.string().trim().min(1).max(128);

/** What is written and published; a draft may be incomplete. */
export const guidanceContent = z.strictObject({
  /** Which errors: all that are given must be equal. */
  match: z.strictObject({
    code: matched.exactOptional(),
    flow: matched.exactOptional(),
    errorType: matched.exactOptional(),
  }),
  /** Which customers, by attributes of the error event; empty is all. */
  audience: attributeFilter,
  /** Share of customers that take part at all. */
  rolloutShare: share,
  /** Of those, the share that is shown nothing, to compare with. */
  holdoutShare: share,
  title: localizedText(TITLE_LENGTH),
  body: localizedText(BODY_LENGTH),
  /** The next step; without one there is only a button to close. */
  action: z
    .strictObject({
      kind: z.enum(["retry", "link"]),
      label: localizedText(LABEL_LENGTH),
      url: z
        .string()
        .trim()
        .max(2048)
        .refine(isSafeLink, "is neither an https address nor one of the app's own, e.g. /limits")
        .exactOptional(),
    })
    .exactOptional(),
}) satisfies z.ZodType<Omit<Guidance, "id" | "version">>;
export type GuidanceContent = z.infer<typeof guidanceContent>;

export const guidanceRule = guidanceContent.extend({ id: z.string(), version: z.number().int() });

export const savedGuidance = savedPrompt(guidanceContent);
export type SavedGuidance = z.infer<typeof savedGuidance>;
export const newGuidance = newPrompt(guidanceContent);
export type NewGuidance = z.infer<typeof newGuidance>;
export const guidanceChange = promptChange(guidanceContent);
export type GuidanceChange = z.infer<typeof guidanceChange>;
export const guidancePreview = promptPreview(guidanceRule);
export type GuidancePreview = z.infer<typeof guidancePreview>;

/** What stands against publishing: it would never be shown, or would say nothing. */
export function guidanceProblems(content: GuidanceContent): FieldProblem[] {
  const { match, rolloutShare, holdoutShare, title, action } = content;
  const problems: (FieldProblem | false)[] = [
    Object.keys(match).length === 0 && {
      field: "match",
      reason: "names no code, flow or errorType: it can never match",
    },
    rolloutShare === 0 && { field: "rolloutShare", reason: "is 0: nobody would take part" },
    holdoutShare === 1 && { field: "holdoutShare", reason: "is 1: nobody would be shown anything" },
    !hasText(title) && { field: "title", reason: "has no text in any language" },
    action !== undefined &&
      !hasText(action.label) && { field: "action.label", reason: "has no text in any language" },
    action?.kind === "link" &&
      action.url === undefined && { field: "action.url", reason: "is missing: a link goes somewhere" },
    action?.kind === "retry" &&
      action.url !== undefined && { field: "action.url", reason: "is for a link: a retry goes nowhere" },
  ];
  return problems.filter((problem) => problem !== false);
}

/** The texts of guidance by their field. */
export function guidanceTexts({ title, body, action }: GuidanceContent) {
  return { title, body, ...(action !== undefined && { "action.label": action.label }) };
}

/**
 * An https address, or one within the app. Read as a browser reads it, so that no spelling of `javascript:` comes through;
 * `//host` is refused, as its scheme is that of whatever page it is on.
 */
function isSafeLink(url: string): boolean {
  // Browsers leave out control characters and take backslashes for slashes.
  if (/[\p{Cc}\s\\]/u.test(url)) return false;
  if (URL.canParse(url)) return /^https:\/\//i.test(url);
  return /^[/?#.]/.test(url) && URL.parse(url, WITHIN_APP)?.origin === WITHIN_APP;
}

const WITHIN_APP = "https://app.invalid";
