import { ATTR, LIMITS } from "@voxloop/contract";
import { hasSecretName, type Redactor } from "@voxloop/warehouse";
import { IDENTITIES, OWN_MEANING, UNIQUE } from "./columns.ts";
import { RecordProblem, type Attributes, type Value } from "./record.ts";

/** Attributes as they are stored: redacted text by name, without empty ones. */
export type Texts = ReadonlyMap<string, string>;

export interface TextContext {
  project: string;
  redactor: Redactor;
  /** Told of every secret that is removed from within a list or map. */
  onSecret: () => void;
}

const ID_LENGTH_MAX = 128;

/** Adds to those of the resource. Throws a RecordProblem when a name or an id is too long. */
export function textsOf(attributes: Attributes, context: TextContext, resource?: Texts): Map<string, string> {
  const texts = new Map(resource);
  for (const [name, value] of attributes) {
    if (value === null || value === "" || name === "") continue;
    if (name.length > LIMITS.attributeKeyLength)
      throw new RecordProblem(`an attribute's name is longer than ${LIMITS.attributeKeyLength}`);
    texts.set(name.toWellFormed(), storedText(name, textOf(value, context.onSecret), context));
  }
  return texts;
}

/**
 * Values that were found to hold nothing to remove, by name: most are the same in event after event, and to look again would be
 * the larger part of a conversion. Two generations, so that it stays small and what is in use stays.
 */
const clean = { young: new Map<string, Set<string>>(), old: new Map<string, Set<string>>(), size: 0 };
const CLEAN_MAX = 20_000;
const CLEAN_LENGTH_MAX = 64;

function isClean(name: string, text: string): boolean {
  if (clean.young.get(name)?.has(text) === true) return true;
  if (clean.old.get(name)?.has(text) !== true) return false;
  rememberClean(name, text);
  return true;
}

function rememberClean(name: string, text: string): void {
  if (text.length > CLEAN_LENGTH_MAX) return;
  if (clean.size >= CLEAN_MAX) {
    clean.old = clean.young;
    clean.young = new Map();
    clean.size = 0;
  }
  const texts = clean.young.get(name) ?? new Set();
  clean.young.set(name, texts.add(text));
  clean.size += 1;
}

function storedText(name: string, text: string, context: TextContext): string {
  if (isClean(name, text)) return text;
  const stored = redactedText(name, text, context);
  if (stored === text && !UNIQUE.has(name)) rememberClean(name, text);
  return stored;
}

function redactedText(name: string, text: string, { project, redactor }: TextContext): string {
  const isIdentity = IDENTITIES.has(name);
  if ((isIdentity || name === ATTR.eventId) && text.length > ID_LENGTH_MAX)
    throw new RecordProblem(`${name} is longer than ${ID_LENGTH_MAX}`);
  if (isIdentity) return redactor.identity(project, text);
  if (OWN_MEANING.has(name)) return cut(text, ID_LENGTH_MAX);
  const limit = name === ATTR.exceptionStacktrace ? LIMITS.stacktraceLength : LIMITS.attributeValueLength;
  // Cut to the limit only after redaction, so that no half of a number stays unseen; the first cut bounds the work.
  return cut(redactor.attribute(name, cut(text, 2 * limit)), limit);
}

/**
 * Scalars as they are, lists and maps as JSON without the values of secret names. Lone surrogates, which ClickHouse
 * refuses, become U+FFFD.
 */
function textOf(value: Value, onSecret: () => void): string {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (name, inner: Value) => {
    if ((typeof inner === "string" || typeof inner === "number") && hasSecretName(name)) {
      onSecret();
      return "[secret]";
    }
    return typeof inner === "string" ? inner.toWellFormed() : inner;
  });
}

/** At most `length` UTF-16 units, never half a character. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed();
}
