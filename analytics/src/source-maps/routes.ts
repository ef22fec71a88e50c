import { createRoute, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { decodeCursor, encodeCursor, listOf, pageQuery } from "../http/cursor.ts";
import { Problem } from "../http/problem.ts";
import { requireProject } from "../http/require-project.ts";
import { MAP_BYTES_MAX, SENT_BYTES_MAX } from "./limits.ts";
import { readJavascriptMap } from "./read-javascript.ts";
import { readR8Mapping } from "./r8.ts";
import { refuse } from "./refuse.ts";
import { storedMap, upload as uploadQuery, type Upload } from "./source-map.ts";
import { deleteMap, listMaps, storeMap } from "./store.ts";
import { unpackText } from "./unpack.ts";

const path = "/projects/{project}/source-maps";
const saved = storedMap.meta({ id: "SourceMap" });

const limitBody = bodyLimit({
  maxSize: SENT_BYTES_MAX,
  onError: () => {
    throw new Problem(413, "Too large", {
      detail: `A source map is at most ${SENT_BYTES_MAX} bytes as it is sent; gzip it.`,
    });
  },
});

const upload = createRoute({
  method: "post",
  path,
  tags: ["source-maps"],
  summary: "Upload a source map of JavaScript, or the mapping file of R8 or ProGuard",
  description:
    "The body is the file, as it is or gzipped " +
    `(at most ${SENT_BYTES_MAX} bytes sent and ${MAP_BYTES_MAX} unpacked). ` +
    "JavaScript needs `file`, and `debugId` (also taken from the map) or `release`; R8 needs `release`. " +
    "Uploading the same again replaces it.",
  middleware: [needs("write"), limitBody] as const,
  request: {
    params: projectParam,
    query: uploadQuery,
    body: {
      required: true,
      content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
    },
  },
  responses: { 201: json(saved, "As it is stored"), ...problems },
});

const list = createRoute({
  method: "get",
  path,
  tags: ["source-maps"],
  summary: "What is stored, newest first",
  middleware: needs("read"),
  request: { params: projectParam, query: pageQuery.extend({ release: z.string().max(64).optional() }) },
  responses: { 200: json(listOf(saved), "A page"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: `${path}/{id}`,
  tags: ["source-maps"],
  summary: "Delete one",
  middleware: needs("write"),
  request: { params: projectParam.extend({ id: z.uuid() }) },
  responses: { 204: { description: "Deleted" }, ...problems },
});

/** Uploads, lists and deletes what leads from built code to its sources. */
export function createSourceMapsRoutes(deps: Deps) {
  const api = newApi();
  api.openapi(upload, async (context) => {
    const { project } = context.req.valid("param");
    const query = context.req.valid("query");
    await requireProject(deps.ledger, project);
    const text = await unpackText(Buffer.from(await context.req.arrayBuffer()));
    const read = query.kind === "r8" ? readR8(query, text) : readJavascript(query, text);
    const map = { ...query, ...read, projectId: project, text, now: deps.now() };
    return context.json(await storeMap(deps.ledger, map), 201);
  });
  api.openapi(list, async (context) => {
    const { project } = context.req.valid("param");
    const { release, limit, cursor } = context.req.valid("query");
    await requireProject(deps.ledger, project);
    const offset = cursor === undefined ? 0 : decodeCursor(cursor, position).offset;
    const found = await listMaps(deps.ledger, { projectId: project, release, offset, limit: limit + 1 });
    const nextCursor = found.length > limit ? encodeCursor({ offset: offset + limit }) : null;
    return context.json({ items: found.slice(0, limit), nextCursor }, 200);
  });
  api.openapi(remove, async (context) => {
    const { project, id } = context.req.valid("param");
    if (!(await deleteMap(deps.ledger, { projectId: project, id })))
      throw new Problem(404, "No such thing", { detail: `There is no source map ${JSON.stringify(id)}` });
    return context.body(null, 204);
  });
  return api;
}

const position = z.object({ offset: z.number().int().min(1) });

/** What is kept of an upload, and what it goes by. */
type ReadUpload = { kept: string; debugId: string; file: string };

function readR8({ release }: Upload, text: string): ReadUpload {
  if (release === "") throw missing("release", "R8 mappings are found by their release");
  if (readR8Mapping(text).classes.size === 0) refuse("is not a mapping of R8: it names no class");
  return { kept: text, debugId: "", file: "" };
}

function readJavascript({ file, release, debugId }: Upload, text: string): ReadUpload {
  if (file === "") throw missing("file", "source maps are found by the built file's name");
  const map = readJavascriptMap(text);
  const own = debugId ?? uploadQuery.shape.debugId.safeParse(map.debugId).data ?? "";
  if (own === "" && release === "") throw missing("release", "a map without a debug id needs one");
  return { kept: map.text, debugId: own, file };
}

function missing(field: string, reason: string): Problem {
  return new Problem(400, "Invalid request", {
    detail: `${field}: ${reason}`,
    in: "query",
    errors: [{ field, reason }],
  });
}
