import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../../deps.ts";
import { type ApiEnv, json, needs, newApi, problems, projectParam } from "../../http/api.ts";
import { Problem } from "../../http/problem.ts";
import { requireProject } from "../../http/require-project.ts";
import { LAYERS } from "../voice.ts";
import { importVoices } from "./import-voices.ts";
import { IMPORT_TYPES } from "./open-file.ts";
import {
  IMPORT_ENCODINGS,
  IMPORT_KINDS,
  IMPORT_LIMITS,
  IMPORT_MAPPINGS,
  importResult,
} from "./voice-import.ts";

/** Not Hono's limit, which reads a body without a length ahead, and would hold a whole file in memory. */
async function* limited(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > IMPORT_LIMITS.bytes)
      throw new Problem(413, "Too large", {
        detail: `An import is at most ${IMPORT_LIMITS.bytes} bytes; what was read of it before is stored.`,
      });
    yield piece;
  }
}

const text = { schema: { type: "string" } } as const;
const binary = { schema: { type: "string", format: "binary" } } as const;
const rows = { schema: { type: "array", items: { type: "object" } } } as const;

const create = createRoute({
  method: "post",
  path: "/projects/{project}/voices",
  summary: "Import feedback",
  description:
    "The body is a file of at most 1,000,000 rows, read as it arrives: CSV with a header, JSON (an array, also within an object), " +
    "JSONL, or XLSX. A row is told by its source and `externalId`: the same content again is `unchanged`, other content replaces it. " +
    "Rows that cannot be stored are named with their reason; the others are.",
  tags: ["voices"],
  middleware: [needs("write")] as const,
  request: {
    params: projectParam,
    query: z.object({
      layer: z.enum(LAYERS).optional().openapi({ description: "Whose voices; default by the mapping" }),
      source: z
        .string()
        .regex(/^[\w.-]{1,64}$/, "is letters, digits, `_`, `.` and `-`")
        .optional()
        .openapi({ description: "Where they are from: ids are unique within it; default by the mapping" }),
      kind: z.enum(IMPORT_KINDS).optional().openapi({ description: "Of voices that do not say themselves" }),
      mapping: z
        .string()
        .max(16_384)
        .optional()
        .openapi({
          description: `One of ${IMPORT_MAPPINGS.join(", ")}, or JSON of columns and fields; default by the columns`,
        }),
      encoding: z.enum(IMPORT_ENCODINGS).optional().openapi({ description: "Default: detected" }),
      dryRun: z
        .enum(["true", "false"])
        .default("false")
        .openapi({ description: "Store nothing and say what the first 50 rows become" }),
      importId: z
        .uuid()
        .optional()
        .openapi({ description: "The same for all pieces of a file that is sent in pieces" }),
      firstRow: z.coerce
        .number()
        .int()
        .min(1)
        .max(10_000_000)
        .optional()
        .openapi({ description: "Of a piece: the number of its first row of data in the file" }),
    }),
    body: {
      required: true,
      content: {
        [IMPORT_TYPES.json[0]]: rows,
        [IMPORT_TYPES.lines[0]]: text,
        [IMPORT_TYPES.csv[0]]: text,
        [IMPORT_TYPES.workbook[0]]: binary,
      },
    },
  },
  responses: { 200: json(importResult.meta({ id: "VoiceImport" }), "What became of the rows"), ...problems },
});

export function createVoiceImportRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  api.openapi(create, async (context) => {
    const { project: id } = context.req.valid("param");
    const { dryRun, ...choices } = context.req.valid("query");
    const project = await requireProject(deps.ledger, id);
    const result = await importVoices(deps, {
      ...choices,
      project,
      dryRun: dryRun === "true",
      bytes: limited(context.req.raw.body),
      contentType: context.req.header("content-type"),
    });
    return context.json(result, 200);
  });
  return api;
}
