import { createRoute } from "@hono/zod-openapi";
import { groupingRules } from "@voxloop/warehouse";
import { z } from "zod";
import type { Deps } from "../../deps.ts";
import { actorOf } from "../../http/actor-of.ts";
import { conflict, json, jsonBody, needs, newApi, problems, projectParam } from "../../http/api.ts";
import { rangeQuery, toRange } from "../../http/range.ts";
import { requireProject } from "../../http/require-project.ts";
import { readRules, rulesChange, ruleTrial, savedRules, saveRules, tryRules } from "./rules.ts";

const path = "/projects/{project}/grouping-rules";
const answer = { 200: json(savedRules.meta({ id: "GroupingRules" }), "The rules"), ...problems };

const read = createRoute({
  method: "get",
  path,
  tags: ["errors"],
  summary: "The rules that override how errors are grouped",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: answer,
});

const save = createRoute({
  method: "put",
  path,
  tags: ["errors"],
  summary: "Replace the rules; they hold for events to come",
  middleware: needs("write"),
  request: { params: projectParam, body: jsonBody(rulesChange) },
  responses: { ...answer, ...conflict },
});

const trial = createRoute({
  method: "post",
  path: `${path}/test`,
  tags: ["errors"],
  summary: "What rules would have done to past events",
  middleware: needs("read"),
  request: {
    params: projectParam,
    query: rangeQuery,
    body: jsonBody(z.object({ rules: groupingRules })),
  },
  responses: { 200: json(ruleTrial.meta({ id: "RuleTrial" }), "For each rule"), ...problems },
});

/** A project's own grouping rules. */
export function createRulesRoutes(deps: Deps) {
  return newApi()
    .openapi(read, async (context) => {
      const { id } = await requireProject(deps.ledger, context.req.valid("param").project);
      return context.json(await readRules(deps.ledger.db, id), 200);
    })
    .openapi(save, async (context) => {
      const { id } = await requireProject(deps.ledger, context.req.valid("param").project);
      const asked = { projectId: id, actor: actorOf(context).name, change: context.req.valid("json") };
      return context.json(await saveRules(deps, asked), 200);
    })
    .openapi(trial, async (context) => {
      const { id } = await requireProject(deps.ledger, context.req.valid("param").project);
      const range = toRange(context.req.valid("query"), deps.now());
      const { rules } = context.req.valid("json");
      return context.json(await tryRules(deps, { projectId: id, range, rules }), 200);
    });
}
