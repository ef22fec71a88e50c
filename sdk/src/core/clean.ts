import { ATTR, LIMITS } from "@voxloop/contract";
import { isCard, isSecretName, redact } from "./redact.ts";

/** Ids name a customer or an event; redacting one would merge different customers into one. */
const IDS: ReadonlySet<string> = new Set([
  ATTR.eventId,
  ATTR.userId,
  ATTR.sessionId,
  ATTR.installationId,
  ATTR.previousId,
  ATTR.transactionId,
]);

/** Attributes as they may leave the app: plain values, within the contract's limits, redacted. */
export function cleanAttributes(given: object): Record<string, string | number | boolean> {
  const clean: Record<string, string | number | boolean> = {};
  let count = 0;
  for (const [key, raw] of Object.entries(given)) {
    const value = toPlain(raw);
    if (value === undefined || !key || count === LIMITS.attributesPerRecord) continue;
    const name = key.slice(0, LIMITS.attributeKeyLength);
    clean[name] = IDS.has(name) ? value : redactValue(name, value);
    count++;
  }
  return clean;
}

function redactValue(name: string, value: string | number | boolean): string | number | boolean {
  if (isSecretName(name)) return "[secret]";
  if (typeof value === "number") return isCard(String(value)) ? "[card]" : value;
  if (typeof value === "boolean") return value;
  const limit = name === ATTR.exceptionStacktrace ? LIMITS.stacktraceLength : LIMITS.attributeValueLength;
  return redact(value.slice(0, limit)).slice(0, limit);
}

/** The value as text, number or boolean; undefined for what cannot be said so. */
export function toPlain(value: unknown): string | number | boolean | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (value == null) return undefined;
  try {
    return typeof value === "bigint" || value instanceof Error ? String(value) : JSON.stringify(value);
  } catch {
    // Circular, or a toJSON that throws.
    return undefined;
  }
}
