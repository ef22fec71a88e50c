import { LANGUAGES, type AttributeFilter, type LocalizedText } from "@voxloop/contract";
import { z } from "zod";

/** A prompt is what an app shows a customer: guidance or a survey. Both are drafted, published as versions, and archived alike. */
export const PROMPT_KINDS = ["guidance", "survey"] as const;
export type PromptKind = (typeof PROMPT_KINDS)[number];

/** `draft`: never published. `published`: apps get it. `archived`: apps got it, and get it no more. */
export const PROMPT_STATES = ["draft", "published", "archived"] as const;
export const promptState = z.enum(PROMPT_STATES);
export type PromptState = z.infer<typeof promptState>;

/** A prompt as the API tells it. `Content` is what is written and published, without its id and version. */
export function savedPrompt<Content extends z.ZodType>(content: Content) {
  return z.object({
    id: z.string(),
    name: z.string(),
    state: promptState,
    /** For the next write: one that was made on an older version is refused. */
    version: z.number().int(),
    /** What has changed since it was published, and the version it will be. */
    draft: z.object({ version: z.number().int(), content }).nullable(),
    /** What was published last; apps get it while the state is `published`. */
    published: publishedVersion(content).nullable(),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string(),
  });
}

export function publishedVersion<Content extends z.ZodType>(content: Content) {
  return z.object({
    version: z.number().int(),
    content,
    publishedAt: z.iso.datetime(),
    publishedBy: z.string(),
  });
}

export interface PublishedVersion<Content> {
  version: number;
  content: Content;
  publishedAt: string;
  publishedBy: string;
}

export interface SavedPrompt<Content> {
  id: string;
  name: string;
  state: PromptState;
  version: number;
  draft: { version: number; content: Content } | null;
  published: PublishedVersion<Content> | null;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
}

/** For the team; customers do not see it. */
const name = z.string().trim().min(1).max(120);

export function newPrompt<Content extends z.ZodType>(content: Content) {
  return z.object({ name, content });
}

/** PATCH: what is left out stays; `content` is replaced as a whole. */
export function promptChange<Content extends z.ZodType>(content: Content) {
  return z.object({ version: z.number().int(), name: name.optional(), content: content.optional() });
}

/** Publishing and archiving: the version that was looked at. */
export const promptMove = z.object({ version: z.number().int() });

/** What is wrong with a field, e.g. `trigger.event`. */
export const fieldProblem = z.object({ field: z.string(), reason: z.string() });
export type FieldProblem = z.infer<typeof fieldProblem>;

/** What the SDK would get, what stands against publishing it, and the texts that another language stands in for. */
export function promptPreview<Served extends z.ZodType>(served: Served) {
  return z.object({
    served,
    problems: z.array(fieldProblem),
    untranslated: z.array(z.object({ field: z.string(), language: z.enum(LANGUAGES) })),
  });
}

/** A text in each language. A language without one is left out, so that the other is shown. */
export function localizedText(maxLength: number) {
  const text = z.string().trim().min(1, "is empty: leave the language out").max(maxLength);
  return z.strictObject({ "zh-CN": text.exactOptional(), en: text.exactOptional() });
}

export function hasText(text: LocalizedText): boolean {
  return LANGUAGES.some((language) => (text[language] ?? "") !== "");
}

const MOST_ATTRIBUTES = 10;
const MOST_VALUES = 50;

/** An attribute without a value would match nothing. */
export const attributeFilter = z
  .record(z.string().min(1).max(128), z.array(z.string().max(256)).min(1).max(MOST_VALUES))
  .refine(
    (filter) => Object.keys(filter).length <= MOST_ATTRIBUTES,
    `names more than ${MOST_ATTRIBUTES} attributes`,
  ) satisfies z.ZodType<AttributeFilter>;

export const share = z.number().min(0).max(1);
