import { hash } from "node:crypto";
import type { Redactor } from "@voxloop/warehouse";
import type { FieldValues } from "./column-reader.ts";
import { plainText } from "./plain-text.ts";
import { readScore } from "./score.ts";
import { readTime } from "./time.ts";
import { IMPORT_KINDS, IMPORT_LIMITS, type ImportError, type ImportKind } from "./voice-import.ts";

/** A voice as it will be stored, but for its language and sentiment. */
export interface ImportedVoice {
  externalId: string;
  time: Date;
  kind: ImportKind;
  score: number | null;
  comment: string;
  customerId: string;
  flow: string;
  page: string;
  release: string;
  channel: string;
  attributes: Record<string, string>;
}

export interface ReadContext {
  projectId: string;
  timeZone: string;
  now: Date;
  /** Of voices that do not say themselves. */
  kind: ImportKind;
  redactor: Redactor;
  encoding: string;
}

type ReadVoice = { voice: ImportedVoice } | { errors: Omit<ImportError, "row">[] };

/** A row's values as a voice without what identifies a person, or everything that is wrong with it. `rowId` stands for an id. */
export function readVoice(values: FieldValues, rowId: string | undefined, context: ReadContext): ReadVoice {
  const errors: Omit<ImportError, "row">[] = [];
  const refuse = (field: string, reason: string) => void errors.push({ field, reason });
  refuseUnreadable(values, context.encoding, refuse);
  const text = (field: string) => textOf(values, field, refuse);
  const kind = kindOf(values.get("kind"), context.kind, refuse);
  const score = readScore(values, kind, refuse);
  const comment = commentOf(values, refuse);
  if (score === null && comment === "" && errors.length === 0)
    refuse("comment", "is empty, and there is no score: nothing is said");
  const time = timeOf(values.get("time"), context, refuse);
  const { redactor } = context;
  const externalId = redactor.identity(context.projectId, idOf(values, rowId, refuse));
  const where = Object.fromEntries(
    (["flow", "page", "release", "channel"] as const).map((field) => [
      field,
      redactor.attribute(NAMES[field], text(field)),
    ]),
  ) as Pick<ImportedVoice, keyof typeof NAMES>;
  const customerId = redactor.identity(context.projectId, text("customerId").slice(0, 128));
  const attributes = attributesOf(values, redactor, refuse);
  if (errors.length > 0 || time === undefined) return { errors };
  return {
    voice: {
      externalId,
      time,
      kind,
      score,
      comment: redactor.text(comment),
      customerId,
      ...where,
      attributes,
    },
  };
}

type Refuse = (field: string, reason: string) => void;

/** What the fields are called on events, by which redaction knows what they may hold. */
const NAMES = {
  flow: "vox.flow",
  page: "app.screen.name",
  release: "service.version",
  channel: "vox.channel",
} as const;

function refuseUnreadable(values: FieldValues, encoding: string, refuse: Refuse): void {
  for (const [field, value] of values) {
    if (value.includes("\uFFFD"))
      refuse(field, `has characters that are not ${encoding}: is the encoding right?`);
  }
}

function textOf(values: FieldValues, field: string, refuse: Refuse): string {
  const text = plainText(values.get(field) ?? "");
  if (text.length > IMPORT_LIMITS.text)
    refuse(field, `has ${text.length} characters; at most ${IMPORT_LIMITS.text}`);
  return text;
}

function kindOf(given: string | undefined, otherwise: ImportKind, refuse: Refuse): ImportKind {
  const name = given?.trim().toLowerCase() ?? otherwise;
  const kind = IMPORT_KINDS.find((one) => one === name);
  if (kind === undefined) refuse("kind", `is none of ${IMPORT_KINDS.join(", ")}`);
  return kind ?? otherwise;
}

function commentOf(values: FieldValues, refuse: Refuse): string {
  const [title, body] = [plainText(values.get("title") ?? ""), plainText(values.get("comment") ?? "")];
  const comment = title === "" || body.startsWith(title) ? body : `${title}\n${body}`.trim();
  if (comment.length > IMPORT_LIMITS.comment)
    refuse("comment", `has ${comment.length} characters; at most ${IMPORT_LIMITS.comment}`);
  return comment.length > IMPORT_LIMITS.comment ? "" : comment;
}

function timeOf(given: string | undefined, context: ReadContext, refuse: Refuse): Date | undefined {
  if (given === undefined || given.trim() === "") refuse("time", "is empty");
  else {
    const read = readTime(given, context);
    if ("time" in read) return read.time;
    refuse("time", `${JSON.stringify(given.slice(0, 40))} ${read.reason}`);
  }
  return undefined;
}

/** An address that names a review stands for its id. */
const REVIEW_ID = /[?&]reviewId=([^&#\s]+)/i;

function idOf(values: FieldValues, rowId: string | undefined, refuse: Refuse): string {
  const given = values.get("externalId")?.trim() ?? "";
  const id = REVIEW_ID.exec(given)?.[1] ?? given;
  if (id === "" && rowId === undefined) refuse("externalId", "is empty");
  if (id.length > 256) refuse("externalId", `has ${id.length} characters; at most 256`);
  if (id === "") return rowId ?? "";
  const criterion = values.get("criterion")?.trim() ?? "";
  return criterion === "" ? id : `${id}/${criterion}`;
}

function attributesOf(values: FieldValues, redactor: Redactor, refuse: Refuse): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const field of values.keys()) {
    const name = OWN_NAMES.has(field) ? field : field.startsWith("attributes.") ? field.slice(11) : "";
    const text = name === "" ? "" : textOf(values, field, refuse);
    if (text !== "") attributes[name] = redactor.attribute(name, text);
  }
  if (Object.keys(attributes).length > IMPORT_LIMITS.attributes)
    refuse("attributes", `are more than ${IMPORT_LIMITS.attributes}`);
  return attributes;
}

/** Fields that are kept as attributes, since only some voices have them. */
const OWN_NAMES = new Set(["author", "criterion", "evidence"]);

/** An id for a row that has none: of what tells it, so that the same row is the same voice. */
export function idOfContent(parts: readonly string[]): string {
  return `row-${hash("sha256", JSON.stringify(parts)).slice(0, 32)}`;
}
