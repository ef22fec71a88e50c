import { IDENTITIES } from "../ingest/columns.ts";
import type { LogRecord, Value } from "../ingest/record.ts";
import type { Redactor } from "@voxloop/warehouse";

const ATTRIBUTES_MAX = 24;
const VALUE_MAX = 80;
const NAME_MAX = 64;
const SAMPLE_MAX = 500;

/**
 * A record as its sender would know it again, at most 500 characters: redacted as events are, lists and maps only named,
 * long values cut after redaction so that no half of a number stays unseen.
 */
export function sampleOf(record: LogRecord, of: { project: string; redactor: Redactor }): string {
  const attributes: Record<string, string> = {};
  for (const [name, value] of [...record.attributes].slice(0, ATTRIBUTES_MAX))
    attributes[cut(name, NAME_MAX)] = cut(shown(name, value, of), VALUE_MAX);
  const left = record.attributes.size - ATTRIBUTES_MAX;
  const sample = {
    eventName: cut(of.redactor.text(cut(record.eventName, 2 * VALUE_MAX)), VALUE_MAX),
    ...(record.time === undefined ? {} : { time: timeOf(record.time) }),
    attributes,
    ...(left > 0 ? { more: `${left} attributes` } : {}),
  };
  return cut(JSON.stringify(sample), SAMPLE_MAX);
}

function shown(name: string, value: Value, of: { project: string; redactor: Redactor }): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `[list of ${value.length}]`;
  if (typeof value === "object") return `[map of ${Object.keys(value).length}]`;
  const text = cut(String(value), 4 * VALUE_MAX);
  return IDENTITIES.has(name) ? of.redactor.identity(of.project, text) : of.redactor.attribute(name, text);
}

function timeOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}

function cut(text: string, length: number): string {
  return text.length <= length ? text.toWellFormed() : `${text.slice(0, length - 1).toWellFormed()}…`;
}
