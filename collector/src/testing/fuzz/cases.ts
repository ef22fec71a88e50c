import { gzipSync } from "node:zlib";
import { makeDocument, PROTOCOLS, type Document } from "./documents.ts";
import { mutateJson } from "./mutate-json.ts";
import { encodeMessage, mutateMessage } from "./protobuf-tree.ts";
import { Random } from "./random.ts";

/** One request of a fuzzing run; the same seed and index make the same one but for the present time. */
export interface FuzzCase {
  path: string;
  body: Buffer;
  headers: [name: string, value: string][];
  /** How many events with ids `intact:<index>-...` it brings when nothing about it is wrong; else undefined. */
  intactEvents: number | undefined;
}

export const KEY = "vwk_good";

/** Makes one request: a third are sound, a third have parts that are wrong, the others are broken as bytes or as HTTP. */
export function makeCase(seed: number, index: number): FuzzCase {
  const random = new Random(seed * 1_000_003 + index);
  const protocol = random.pick(PROTOCOLS);
  const kind = random.below(6);
  const isIntact = kind <= 1;
  const document = makeDocument(protocol, random, `${isIntact ? "intact" : "mutated"}:${index}`);
  const isMutated = kind === 2 || kind === 3 || random.chance(0.2);
  let body = isIntact || !isMutated ? encode(document) : encodeMutated(document, random);
  let headers: FuzzCase["headers"] = [
    ["content-type", document.contentType],
    ["authorization", `Bearer ${KEY}`],
  ];
  if (isIntact) {
    if (random.chance(0.4)) [body, headers] = [gzipSync(body, { level: 1 }), [...headers, GZIP]];
    return { path: document.path, body, headers, intactEvents: document.events };
  }
  if (kind >= 4) body = mutateBytes(body, random);
  if (random.chance(0.4)) [body, headers] = [gzipOddly(body, random), [...headers, GZIP]];
  if (kind === 5) headers = oddHeaders(headers, random);
  const path = random.chance(0.05) ? random.pick(PATHS) : document.path;
  return { path, body, headers, intactEvents: undefined };
}

const GZIP: [string, string] = ["content-encoding", "gzip"];
const PATHS = [
  "/v1/logs?key=vwk_good",
  "/v1/e?key=vwk_good&key=other",
  "/v1/batch?key=%00%ff",
  "/v1/logs?key=%E0%A4%A",
  "/v1/logs/",
  "/v1/%6cogs",
  "/v1/nothing",
  "/readyz",
  "/v1/traces",
  "/v1/b",
  "/v1/alias",
];

function encode({ json, message }: Document): Buffer {
  return message === undefined ? Buffer.from(JSON.stringify(json)) : encodeMessage(message);
}

function encodeMutated({ json, message }: Document, random: Random): Buffer {
  if (message !== undefined) return encodeMessage(mutateMessage(message, random));
  const text = mutateJson(json, random);
  if (random.chance(0.9)) return Buffer.from(text);
  return random.pick([
    () => Buffer.from(text, "utf16le"),
    () => Buffer.from(text, "latin1"),
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(`${text}${text}`),
    () => Buffer.from(`${text}\u0000`),
    () => Buffer.from(JSON.stringify(text)),
  ])();
}

const TOKENS = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\u0000",
  "\\ud800",
  "\u0000",
  "1e999",
  "null",
  "\u00ff",
  '{"a":',
];

/** Cuts, flips, doubles and mixes bytes, or makes them up. */
function mutateBytes(body: Buffer, random: Random): Buffer {
  const at = random.below(body.length + 1);
  return random.pick([
    () => body.subarray(0, at),
    () => body.subarray(at),
    () => flip(body, random),
    () => flip(body, random),
    () => Buffer.concat([body.subarray(0, at), Buffer.from(random.pick(TOKENS)), body.subarray(at)]),
    () => Buffer.concat([body.subarray(0, at), random.bytes(random.below(30)), body.subarray(at)]),
    () => Buffer.concat([body, body]),
    () => Buffer.concat([body.subarray(at), body.subarray(0, at)]),
    () => random.bytes(random.below(200)),
    () => Buffer.alloc(0),
    () => Buffer.alloc(random.below(2_000), random.pick(["\u0000", "\u00ff", " ", "[", '{"a":', "\n"])),
  ])();
}

function flip(body: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(body);
  for (let count = 1 + random.below(5); count > 0 && body.length > 0; count -= 1) {
    const at = random.below(body.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
  }
  return flipped;
}

/** Gzip that is whole, or cut, doubled, wrong, twice packed, none, or of very much. */
function gzipOddly(body: Buffer, random: Random): Buffer {
  if (random.chance(0.001)) return bomb(random);
  const packed = gzipSync(body, { level: 1 });
  return random.pick([
    () => packed,
    () => packed,
    () => packed.subarray(0, random.below(packed.length)),
    () => Buffer.concat([packed, packed]),
    () => Buffer.concat([packed, random.bytes(10)]),
    () => flip(packed, random),
    () => gzipSync(packed),
    () => body,
  ])();
}

let bombs: Buffer[] | undefined;

function bomb(random: Random): Buffer {
  const MB = 1024 * 1024;
  bombs ??= [
    gzipSync(Buffer.alloc(64 * MB, " ")),
    gzipSync(Buffer.alloc(15 * MB, "[")),
    gzipSync(Buffer.from(`${"[".repeat(7 * MB)}${"]".repeat(7 * MB)}`)),
    gzipSync(Buffer.from(`{"resourceLogs":[${"{},".repeat(5 * MB)}{}]}`)),
    gzipSync(Buffer.from(`{"batch":[${"0,".repeat(7 * MB)}0]}`)),
    gzipSync(Buffer.alloc(15 * MB, Buffer.from([0x0a, 0]))),
  ];
  return random.pick(bombs);
}

const CONTENT_TYPES = [
  "",
  "application/json",
  "application/x-protobuf",
  "application/x-protobuf; charset=utf-16",
  "APPLICATION/JSON ; charset=gbk",
  "text/plain",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  ";;;",
  "a".repeat(3_000),
];
const KEYS = [
  "",
  "Bearer",
  "Bearer ",
  "bearer vwk_good",
  "Basic !!!",
  `Basic ${btoa("vwk_good:")}`,
  "Digest x",
  "Bearer vwk_bad",
  `Bearer ${"k".repeat(4_000)}`,
];
const ODD: readonly (readonly [string, readonly string[]])[] = [
  ["content-type", CONTENT_TYPES],
  ["authorization", KEYS],
  ["x-voxloop-key", ["", "vwk_good", "vwk_bad", "\u00ff\u00fe", "vwk_good, vwk_good"]],
  [
    "content-encoding",
    ["gzip", "GZIP", "gzip, gzip", "br", "identity", "deflate", "zstd", "x".repeat(2_000)],
  ],
  ["origin", ["null", "https://bank.example", "\u00ff", "https://[::1", "x".repeat(5_000)]],
  ["accept-encoding", ["br", "*;q=0"]],
  ["expect", ["100-continue"]],
];

function oddHeaders(headers: FuzzCase["headers"], random: Random): FuzzCase["headers"] {
  const [name, values] = random.pick(ODD);
  const odd: [string, string] = [name, random.pick(values)];
  return [...headers.filter((header) => header[0] !== name || random.chance(0.1)), odd];
}
