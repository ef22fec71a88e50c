import { LIMITS } from "@voxloop/contract";
import { type Fields, recordFields, textOf } from "../json-fields.ts";
import { RecordProblem, type Attributes, type Value } from "../record.ts";

export function attributesOf(list: unknown, depth: number): Attributes {
  const attributes: Attributes = new Map();
  if (list == null) return attributes;
  if (!Array.isArray(list)) throw new RecordProblem("its attributes are not an array");
  for (const item of list as unknown[]) {
    const { key = "", value } = recordFields(item, "an attribute");
    if (typeof key !== "string") throw new RecordProblem("an attribute's key is not text");
    try {
      attributes.set(key, value == null ? null : anyValueOf(value, depth));
    } catch (error) {
      throw error instanceof RecordProblem
        ? new RecordProblem(`${key.slice(0, 100)}: ${error.message}`)
        : error;
    }
  }
  return attributes;
}

export function anyValueOf(item: unknown, depth: number): Value {
  if (depth > LIMITS.nestingDepth) throw new RecordProblem("a value nests too deep");
  const fields = recordFields(item, "a value");
  for (const kind in fields) {
    const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    if (read !== undefined && fields[kind] != null) return read(fields[kind], depth);
  }
  return null;
}

const KINDS: Record<string, (value: unknown, depth: number) => Value> = {
  stringValue(value) {
    if (typeof value !== "string") throw new RecordProblem("stringValue is not text");
    return value;
  },
  boolValue(value) {
    if (typeof value !== "boolean") throw new RecordProblem("boolValue is not true or false");
    return value;
  },
  intValue(value) {
    if (Number.isSafeInteger(value)) return value as number;
    if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value))
      throw new RecordProblem("intValue is not a 64-bit integer");
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : BigInt(value).toString();
  },
  doubleValue(value) {
    if (typeof value === "number") return value;
    if (typeof value !== "string" || !/^(?:NaN|-?Infinity|-?\d[\d.eE+-]*)$/.test(value))
      throw new RecordProblem("doubleValue is not a number");
    return Number(value);
  },
  bytesValue(value) {
    if (typeof value !== "string" || !/^[\w+/-]*={0,2}$/.test(value))
      throw new RecordProblem("bytesValue is not base64");
    return Buffer.from(value, "base64").toString("base64");
  },
  arrayValue(value, depth) {
    const values = recordFields(value, "arrayValue")["values"] ?? [];
    if (!Array.isArray(values)) throw new RecordProblem("the values of an arrayValue are not an array");
    return values.map((item: unknown) => (item == null ? null : anyValueOf(item, depth + 1)));
  },
  kvlistValue(value, depth) {
    // `fromEntries` defines properties, so that a key such as `__proto__` is only a key.
    return Object.fromEntries(attributesOf(recordFields(value, "kvlistValue")["values"], depth + 1));
  },
};

/** OTLP counts nanoseconds in 64 bits; 0 and absence both mean unknown. */
export function timeOf(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? 0;
  if (typeof value === "number" && value >= 0) return Math.floor(value / 1e6) || undefined;
  if (typeof value !== "string" || !/^\d{1,20}$/.test(value))
    throw new RecordProblem(`${name} is not a count of nanoseconds`);
  return Number(value.slice(0, -6)) || undefined;
}

export function hexOf(fields: Fields, { name, digits }: { name: string; digits: number }): string {
  const value = textOf(fields, name).toLowerCase();
  if (value !== "" && !(value.length === digits && /^[0-9a-f]+$/.test(value)))
    throw new RecordProblem(`${name} is not ${digits} hex digits`);
  return /^0*$/.test(value) ? "" : value;
}
