import { LIMITS } from "@voxloop/contract";
import { hasSecretName } from "../redact/names.ts";
import type { Value } from "./otlp/logs.ts";

/**
 * An attribute as the text we store: scalars as they are, lists and objects as JSON without the values of secret names.
 * Lone surrogates, which ClickHouse refuses, become U+FFFD.
 */
export function textOf(value: Value, onSecret: () => void): string {
  if (typeof value === "string") return value.toWellFormed();
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (name, inner: Value) => {
    if (typeof inner === "string" && hasSecretName(name)) {
      onSecret();
      return "[secret]";
    }
    return inner;
  }).toWellFormed();
}

/** At most `length` UTF-16 units, never half a character. */
export function cut(text: string, length: number = LIMITS.attributeValueLength): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed();
}
