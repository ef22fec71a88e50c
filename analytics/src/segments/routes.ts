import { createRoute, z } from "@hono/zod-openapi";
import type { Warehouse } from "@voxloop/warehouse";
import type { Deps } from "../deps.ts";
import { assertRegexes } from "../filters/assert-regexes.ts";
import { segmentDefinition, type SegmentDefinition } from "../filters/segment.ts";
import { actorOf } from "../http/actor-of.ts";
import { conflict, json, jsonBody, needs, newApi, problems, projectParam } from "../http/api.ts";
import { requireProject } from "../http/require-project.ts";
import { countSegment } from "./query.ts";
import { newSegment, savedSegment, segmentChange, segmentList, segmentSize } from "./segment.ts";
import { changeSegment, createSegment, deleteSegment, listSegments, readSegment } from "./store.ts";

const tags = ["segments"];
const base = "/projects/{project}/segments";
const segmentParam = projectParam.extend({ id: z.uuid() });
const segment = savedSegment.meta({ id: "Segment" });

const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "Saved segments, the oldest first",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: { 200: json(segmentList.meta({ id: "SegmentList" }), "All of them"), ...problems },
});

const create = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "Save a segment",
  middleware: needs("write"),
  request: { params: projectParam, body: jsonBody(newSegment.meta({ id: "NewSegment" })) },
  responses: { 201: json(segment, "The saved segment"), ...problems, ...conflict },
});

const size = createRoute({
  method: "post",
  path: `${base}/size`,
  tags,
  summary: "How many customers a segment has, saved or not",
  middleware: needs("read"),
  request: { params: projectParam, body: jsonBody(z.object({ definition: segmentDefinition })) },
  responses: { 200: json(segmentSize.meta({ id: "SegmentSize" }), "Its size now"), ...problems },
});

const read = createRoute({
  method: "get",
  path: `${base}/{id}`,
  tags,
  summary: "One segment",
  middleware: needs("read"),
  request: { params: segmentParam },
  responses: { 200: json(segment, "The segment"), ...problems },
});

const change = createRoute({
  method: "patch",
  path: `${base}/{id}`,
  tags,
  summary: "Change a segment's names or rules",
  middleware: needs("write"),
  request: { params: segmentParam, body: jsonBody(segmentChange.meta({ id: "SegmentChange" })) },
  responses: { 200: json(segment, "The segment as it is now"), ...problems, ...conflict },
});

const remove = createRoute({
  method: "delete",
  path: `${base}/{id}`,
  tags,
  summary: "Delete a segment; reports asked for it are then refused",
  middleware: needs("write"),
  request: { params: segmentParam },
  responses: { 204: { description: "It is gone" }, ...problems },
});

/** Customers under a name, by what they did, said or were. */
export function createSegmentsRoutes(deps: Deps) {
  return newApi()
    .openapi(list, async (context) => {
      const { id } = await requireProject(deps.ledger, context.req.valid("param").project);
      return context.json({ items: await listSegments(deps.ledger, id), nextCursor: null }, 200);
    })
    .openapi(size, async (context) => {
      const { id } = await requireProject(deps.ledger, context.req.valid("param").project);
      const { definition } = context.req.valid("json");
      await assertRules(deps.warehouse, definition);
      return context.json(
        await countSegment(deps.warehouse, { projectId: id, definition, to: deps.now() }),
        200,
      );
    })
    .openapi(read, async (context) => {
      const segment = await readSegment(deps.ledger, keyOf(context.req.valid("param")));
      return context.json(segment, 200);
    })
    .openapi(remove, async (context) => {
      await deleteSegment(deps.ledger, keyOf(context.req.valid("param")));
      return context.body(null, 204);
    })
    .route("/", createWriteRoutes(deps));
}

function createWriteRoutes({ ledger, warehouse, now }: Deps) {
  return newApi()
    .openapi(create, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      const wanted = context.req.valid("json");
      await assertRules(warehouse, wanted.definition);
      const by = { projectId: id, actor: actorOf(context).name, now: now() };
      return context.json(await createSegment(ledger, { ...wanted, ...by }), 201);
    })
    .openapi(change, async (context) => {
      const key = keyOf(context.req.valid("param"));
      const wanted = context.req.valid("json");
      if (wanted.definition !== undefined) await assertRules(warehouse, wanted.definition);
      const by = { ...key, actor: actorOf(context).name, now: now() };
      return context.json(await changeSegment(ledger, { ...by, change: wanted }), 200);
    });
}

const keyOf = ({ project, id }: { project: string; id: string }) => ({ projectId: project, id });

/** Refuses what only the engine can judge. */
async function assertRules(warehouse: Warehouse, { rules }: SegmentDefinition): Promise<void> {
  for (const [index, rule] of rules.entries()) {
    if ("where" in rule) await assertRegexes(warehouse, rule.where, `definition.rules.${index}.where`);
  }
}
