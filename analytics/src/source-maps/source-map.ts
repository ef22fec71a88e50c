import { z } from "zod";

export const mapKind = z.enum(["javascript", "r8"]);
export type MapKind = z.infer<typeof mapKind>;

/** A UUID as build tools write it, with or without dashes. */
const debugId = z
  .string()
  .regex(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, "must be a UUID")
  .transform((id) => id.toLowerCase().replace(/^(.{8})-?(.{4})-?(.{4})-?(.{4})-?(.{12})$/, "$1-$2-$3-$4-$5"));

// A control character in a name is a mistake of the sender, and none is ever shown.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;
const plain = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !CONTROL.test(text), "must have no control characters");

/** What an upload says of its body; the body is the file itself, as it is or gzipped. */
export const upload = z.object({
  kind: mapKind.default("javascript"),
  release: plain(64).default(""),
  /** Of JavaScript: the path of the built file below the folder that is served. */
  file: plain(500)
    .refine((path) => !path.split(/[/\\]/).includes(".."), "must not lead out of its folder")
    .transform((path) => path.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, ""))
    .default(""),
  debugId: debugId.optional(),
});
export type Upload = z.infer<typeof upload>;

export const storedMap = z.object({
  id: z.uuid(),
  kind: mapKind,
  /** Of the built file; "" when it has none. */
  debugId: z.string(),
  release: z.string(),
  file: z.string(),
  /** As uploaded, unpacked. */
  bytes: z.number().int(),
  storedBytes: z.number().int(),
  /** SHA-256 of what was uploaded, in hex. */
  hash: z.string(),
  uploadedAt: z.iso.datetime(),
  /** To the day. A map that was not used for 90 days is deleted. */
  usedAt: z.iso.datetime(),
});
export type StoredMap = z.infer<typeof storedMap>;

/** One call of a stack, in the names that the source has. */
export const sourceFrame = z.object({
  /** "" when it has no name. */
  function: z.string(),
  /** As the source map names it; of a call that no map covers, as the stack does. */
  file: z.string(),
  line: z.number().int().nullable(),
  /** From 1. */
  column: z.number().int().nullable(),
  /** The app's own code, not a library's or the runtime's. */
  inApp: z.boolean(),
  /** A map led to the source. */
  mapped: z.boolean(),
  /** The lines around it, up to 5 before and 5 after, when the map holds the source. */
  context: z.object({ firstLine: z.number().int(), lines: z.array(z.string()) }).nullable(),
});
export type SourceFrame = z.infer<typeof sourceFrame>;

/** Null when no map of the project covers any call of the stack. */
export const sourceFrames = z.array(sourceFrame).nullable();
