import type { Random } from "./random.ts";

/** A protobuf message as its fields, so that it can be made wrong in ways that no encoder allows. */
export type Message = Field[];
export interface Field {
  number: number;
  value: string | bigint | Buffer | { fixed64: bigint } | { fixed32: number } | Message;
  /** In place of the wire type that the value has. */
  wireType?: number;
  /** In place of the length that the value has. */
  length?: bigint;
}

export function encodeMessage(message: Message): Buffer {
  return Buffer.concat(message.flatMap(encodeField));
}

function encodeField({ number, value, wireType, length }: Field): Buffer[] {
  const tag = (type: number) => varint((BigInt(number) << 3n) | BigInt(wireType ?? type));
  if (typeof value === "bigint") return [tag(0), varint(value)];
  if ("fixed64" in Object(value)) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, (value as { fixed64: bigint }).fixed64));
    return [tag(1), bytes];
  }
  if ("fixed32" in Object(value)) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE((value as { fixed32: number }).fixed32);
    return [tag(5), bytes];
  }
  const bytes = Array.isArray(value) ? encodeMessage(value) : Buffer.from(value as Buffer);
  return [tag(2), varint(length ?? BigInt(bytes.length)), bytes];
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** Swaps types, numbers and lengths of some fields, doubles, drops, nests and moves them. */
export function mutateMessage(message: Message, random: Random): Message {
  const tree = structuredClone(message);
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const messages = messagesOf(tree);
    const chosen = random.pick(messages);
    if (chosen.length > 0) changeField(chosen, random, messages);
  }
  return tree;
}

function changeField(message: Message, random: Random, all: readonly Message[]): void {
  const index = random.below(message.length);
  const field = message[index] as Field;
  const changes: (() => unknown)[] = [
    () => (field.number = random.pick([0, 1, 2, 3, 5, 6, 7, 11, 12, 15, 2 ** 29 - 1, 2 ** 40])),
    () => (field.wireType = random.below(8)),
    () =>
      (field.length = random.pick([
        0n,
        1n,
        0x7fn,
        2n ** 31n,
        2n ** 32n,
        2n ** 53n,
        2n ** 63n,
        2n ** 64n - 1n,
      ])),
    () => (field.value = nastyValue(random)),
    () => message.splice(index, 1),
    () => message.push(structuredClone(field)),
    () => (field.value = structuredClone(random.pick(all))),
    () => {
      for (let depth = random.below(random.chance(0.02) ? 250 : 30); depth > 0; depth -= 1)
        field.value = [{ number: random.pick([1, 2, 5, 6]), value: field.value }];
    },
  ];
  random.pick(changes)();
}

function nastyValue(random: Random): Field["value"] {
  return random.pick<() => Field["value"]>([
    () => "",
    () => "\u0000备".repeat(random.below(3_000)),
    () => random.bytes(random.below(40)),
    () => Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
    () => 2n ** 64n - 1n,
    () => 0n,
    () => ({ fixed64: 2n ** 64n - 1n }),
    () => ({ fixed64: 0x7ff0_0000_0000_0000n }),
    () => ({ fixed32: 7 }),
    () => [],
  ])();
}

function messagesOf(message: Message, found: Message[] = []): Message[] {
  found.push(message);
  if (found.length < 500) for (const { value } of message) if (Array.isArray(value)) messagesOf(value, found);
  return found;
}
