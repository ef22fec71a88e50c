import type { Deps } from "../../deps.ts";
import { actorOf } from "../../http/actor-of.ts";
import { newApi } from "../../http/api.ts";
import { requireProject } from "../../http/require-project.ts";
import { archiveGroup, listGroup } from "./archive.ts";
import { discardGroup, keepGroup } from "./discard.ts";
import { mergeGroups, unmergeGroup } from "./merge.ts";
import * as route from "./route-definitions.ts";
import { createRulesRoutes } from "./rules-routes.ts";
import { describeGroup, listHidden } from "./state.ts";

/** What people decide about groups: merge, take apart, hide, discard. */
export function createGroupRoutes(deps: Deps) {
  return newApi()
    .openapi(route.hidden, async (context) => {
      const { id } = await requireProject(deps.ledger, context.req.valid("param").project);
      return context.json({ items: await listHidden(deps, id), nextCursor: null }, 200);
    })
    .openapi(route.state, async (context) => {
      const key = await keyOf(deps, context.req.valid("param"));
      return context.json(await describeGroup(deps, key), 200);
    })
    .route("/", createMergeRoutes(deps))
    .route("/", createRulesRoutes(deps))
    .route("/", createHideRoutes(deps));
}

function createMergeRoutes(deps: Deps) {
  return newApi()
    .openapi(route.merge, async (context) => {
      const { projectId, fingerprint } = await keyOf(deps, context.req.valid("param"));
      const { fingerprints } = context.req.valid("json");
      const actor = actorOf(context).name;
      const moved = await mergeGroups(deps, { projectId, into: fingerprint, fingerprints, actor });
      return context.json({ moved }, 200);
    })
    .openapi(route.unmerge, async (context) => {
      const { projectId, fingerprint } = await keyOf(deps, context.req.valid("param"));
      const { fingerprints } = context.req.valid("json");
      const actor = actorOf(context).name;
      await unmergeGroup(deps, { projectId, into: fingerprint, fingerprints, actor });
      return context.body(null, 204);
    });
}

function createHideRoutes(deps: Deps) {
  return newApi()
    .openapi(route.archive, async (context) => {
      const key = await keyOf(deps, context.req.valid("param"));
      const archiving = context.req.valid("json");
      await archiveGroup(deps, { ...key, archiving, actor: actorOf(context).name });
      return context.body(null, 204);
    })
    .openapi(route.list, async (context) => {
      const key = await keyOf(deps, context.req.valid("param"));
      await listGroup(deps, { ...key, actor: actorOf(context).name });
      return context.body(null, 204);
    })
    .openapi(route.discard, async (context) => {
      const key = await keyOf(deps, context.req.valid("param"));
      await discardGroup(deps, { ...key, actor: actorOf(context).name });
      return context.body(null, 204);
    })
    .openapi(route.keep, async (context) => {
      const key = await keyOf(deps, context.req.valid("param"));
      await keepGroup(deps, { ...key, actor: actorOf(context).name });
      return context.body(null, 204);
    });
}

async function keyOf({ ledger }: Deps, { project, fingerprint }: { project: string; fingerprint: string }) {
  const { id } = await requireProject(ledger, project);
  return { projectId: id, fingerprint };
}
