import type { Random } from "./random.ts";

/** JSON that no encoder of ours writes, as text. */
const LITERALS = [
  "null",
  "true",
  "0",
  "-0",
  "1e400",
  "-1e400",
  "1e-400",
  "9223372036854775807",
  "9223372036854775808",
  "18446744073709551616",
  "-1",
  "0.1",
  "1.7976931348623157e308",
  "3.5e38",
  '""',
  '"9223372036854775808"',
  '"-9223372036854775809"',
  '"NaN"',
  '"Infinity"',
  '"1e400"',
  '"\\ud800"',
  '"a\\udc00b"',
  '"\\u0000"',
  '"\u2028\\u202e"',
  '"2026-02-30T25:61:00Z"',
  '"+275760-09-13T00:00:00.001Z"',
  '"6222021234567890123"',
  "[]",
  "{}",
  "[null]",
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"hasOwnProperty":1,"toString":2,"valueOf":null,"length":-1}',
  '{"a":1,"a":{"a":2}}',
  '{"stringValue":"x","intValue":"1","arrayValue":{"values":{}}}',
  '{"kvlistValue":{"values":[{"key":"__proto__","value":{"stringValue":"x"}}]}}',
  '{"toJSON":"x","then":"y"}',
];

/** A value as JSON text: one of the list, or long, or deep. */
export function nastyJson(random: Random): string {
  const dice = random.next();
  if (dice < 0.85) return random.pick(LITERALS);
  if (dice < 0.92)
    return JSON.stringify(
      random.pick(["x", "备", "\u0000", "😀", "13812345678 ", "@a.b"]).repeat(random.below(5_000)),
    );
  const depth = random.chance(0.02) ? random.below(100_000) : random.below(40);
  if (random.chance(0.5)) return `${"[".repeat(depth)}${"]".repeat(depth)}`;
  return `${'{"arrayValue":{"values":['.repeat(depth)}${"]}}".repeat(depth)}`;
}

export const KEYS = [
  "__proto__",
  "constructor",
  "",
  "\u0000",
  "\ud800",
  "attributes",
  "value",
  "key",
  "stringValue",
  "event",
  "type",
  "batch",
  "context",
  "properties",
  "traits",
  "timestamp",
  "sentAt",
  "messageId",
  "writeKey",
  "resourceLogs",
  "logRecords",
  "timeUnixNano",
  "log.record.uid",
  "vox.score",
  "vox.outcome",
  "vox.sent_at",
  "password",
  "k".repeat(200),
];
