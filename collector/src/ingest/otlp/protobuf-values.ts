import { LIMITS } from "@voxloop/contract";
import type { PbfReader } from "pbf";
import { UNIQUE } from "../columns.ts";
import { orProblem, RecordProblem, type Attributes, type Value } from "../record.ts";
import { SeenAttributes, type Pair } from "./seen-attributes.ts";
import {
  BYTES,
  expectType,
  FIXED64,
  messageEnd,
  readBase64,
  readFields,
  readInt64,
  readText,
  VARINT,
} from "./wire.ts";

/** Decodes a message whose bounds are sound, so that what is wrong inside stays inside. */
export function contained<Result>(pbf: PbfReader, end: number, read: () => Result): Result | RecordProblem {
  const result = orProblem(() => {
    try {
      return read();
    } catch (error) {
      if (error instanceof RecordProblem) throw error;
      // pbf's own: a varint of more than ten bytes, or a read past the end.
      throw new RecordProblem(`it is not a protobuf message: ${(error as Error).message}`);
    }
  });
  pbf.pos = end;
  return result;
}

export function readResource(pbf: PbfReader, end: number): Attributes {
  const attributes: Attributes = new Map();
  readFields(pbf, end, (field, type) => {
    if (field === 1) readAttribute(pbf, messageEnd(pbf, { end, type }), attributes);
    return field === 1;
  });
  return attributes;
}

const seen = new SeenAttributes();

/** Reads an attribute of a record or resource. */
export function readAttribute(pbf: PbfReader, end: number, into: Attributes): void {
  const pair = seen.find(pbf.dataView, pbf.pos, end) ?? readUnseen(pbf, end);
  pbf.pos = end;
  into.set(pair.key, pair.value);
}

function readUnseen(pbf: PbfReader, end: number): Pair {
  const start = pbf.pos;
  const pair = readPair(pbf, end, 0);
  if (!UNIQUE.has(pair.key)) seen.add(new Uint8Array(pbf.buf.subarray(start, end)), pair);
  return pair;
}

function readKeyValue(
  pbf: PbfReader,
  end: number,
  { into, depth }: { into: Attributes; depth: number },
): void {
  const { key, value } = readPair(pbf, end, depth);
  into.set(key, value);
}

function readPair(pbf: PbfReader, end: number, depth: number): Pair {
  const pair: Pair = { key: "", value: null };
  readFields(pbf, end, (field, type) => {
    if (field === 1) {
      expectType(type, BYTES);
      pair.key = readText(pbf);
    } else if (field === 2) pair.value = readAnyValue(pbf, messageEnd(pbf, { end, type }), depth);
    return field === 1 || field === 2;
  });
  return pair;
}

export function readAnyValue(pbf: PbfReader, end: number, depth: number): Value {
  if (depth > LIMITS.nestingDepth) throw new RecordProblem("a value nests too deep");
  let value: Value = null;
  readFields(pbf, end, (field, type) => {
    if (field === 5) value = readArray(pbf, messageEnd(pbf, { end, type }), depth + 1);
    else if (field === 6) value = readKeyValueList(pbf, messageEnd(pbf, { end, type }), depth + 1);
    else {
      const scalar = VALUE_SCALARS[field];
      if (scalar === undefined) return false;
      expectType(type, scalar.type);
      value = scalar.read(pbf);
    }
    return true;
  });
  return value;
}

const VALUE_SCALARS: Record<number, { type: number; read: (pbf: PbfReader) => Value }> = {
  1: { type: BYTES, read: readText },
  2: { type: VARINT, read: (pbf) => pbf.readBoolean() },
  3: { type: VARINT, read: readInt64 },
  4: { type: FIXED64, read: (pbf) => pbf.readDouble() },
  7: { type: BYTES, read: readBase64 },
};

function readArray(pbf: PbfReader, end: number, depth: number): Value[] {
  const values: Value[] = [];
  readFields(pbf, end, (field, type) => {
    if (field === 1) values.push(readAnyValue(pbf, messageEnd(pbf, { end, type }), depth));
    return field === 1;
  });
  return values;
}

function readKeyValueList(pbf: PbfReader, end: number, depth: number): Value {
  const pairs: Attributes = new Map();
  readFields(pbf, end, (field, type) => {
    if (field === 1) readKeyValue(pbf, messageEnd(pbf, { end, type }), { into: pairs, depth });
    return field === 1;
  });
  // `fromEntries` defines properties, so that a key such as `__proto__` is only a key.
  return Object.fromEntries(pairs);
}
