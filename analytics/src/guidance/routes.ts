import type { Deps } from "../deps.ts";
import { actorOf } from "../http/actor-of.ts";
import { newApi } from "../http/api.ts";
import { toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { changePrompt, createPrompt } from "../prompts/draft.ts";
import { allVersions, listPrompts, listVersions, previewPrompt } from "../prompts/list.ts";
import { archivePrompt, publishPrompt } from "../prompts/publish.ts";
import { findPrompt, toSaved } from "../prompts/row.ts";
import { GUIDANCE } from "./kind.ts";
import { countRecovery } from "./query.ts";
import { compareArms } from "./recovery.ts";
import { recovery, route, suggestions } from "./route-definitions.ts";
import { countSteps } from "./steps-query.ts";
import { suggest } from "./suggestions.ts";

/** What apps show customers whom an error stops: written, published, and measured. */
export function createGuidanceRoutes(deps: Deps) {
  return (
    newApi()
      // Before those of one guidance, whose id its name would be taken for.
      .route("/", createSuggestionRoutes(deps))
      .route("/", createReadRoutes(deps))
      .route("/", createWriteRoutes(deps))
      .route("/", createRecoveryRoutes(deps))
  );
}

function createSuggestionRoutes({ ledger, warehouse, now }: Deps) {
  return newApi().openapi(suggestions, async (context) => {
    const { id, recoveryWindowSeconds } = await requireProject(ledger, context.req.valid("param").project);
    const { fingerprint, ...query } = context.req.valid("query");
    const range = toRange(query, now());
    const about = { projectId: id, fingerprint, range, recoveryWindowSeconds, now: now() };
    const { totals, steps } = await countSteps(warehouse, about);
    return context.json(suggest(totals, steps), 200);
  });
}

function createRecoveryRoutes({ ledger, warehouse, now }: Deps) {
  return newApi().openapi(recovery, async (context) => {
    const key = keyOf(context.req.valid("param"));
    const range = toRange(context.req.valid("query"), now());
    const { recoveryWindowSeconds } = await requireProject(ledger, key.projectId);
    const versions = await allVersions(ledger, GUIDANCE, key);
    const flows = new Map(versions.map(({ version, content }) => [version, content.match.flow ?? ""]));
    const about = { projectId: key.projectId, guidanceId: key.id, range, recoveryWindowSeconds };
    const counted = await countRecovery(warehouse, { ...about, now: now(), flows });
    const answer = {
      from: range.from.toISOString(),
      to: range.to.toISOString(),
      recoveryWindowSeconds,
      total: compareArms(counted.find(({ version }) => version === null) ?? {}),
      versions: counted
        .flatMap(({ version, ...of }) => (version === null ? [] : [{ version, ...compareArms(of) }]))
        .toSorted((a, b) => b.version - a.version),
    };
    return context.json(answer, 200);
  });
}

function createReadRoutes({ ledger }: Deps) {
  return newApi()
    .openapi(route.list, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      const asked = { projectId: id, ...context.req.valid("query") };
      return context.json(await listPrompts(ledger, GUIDANCE, asked), 200);
    })
    .openapi(route.read, async (context) => {
      const row = await findPrompt(ledger.db, GUIDANCE, keyOf(context.req.valid("param")));
      return context.json(toSaved(GUIDANCE, row), 200);
    })
    .openapi(route.preview, async (context) => {
      const key = keyOf(context.req.valid("param"));
      return context.json(await previewPrompt(ledger, GUIDANCE, key), 200);
    })
    .openapi(route.versions, async (context) => {
      const asked = { ...keyOf(context.req.valid("param")), ...context.req.valid("query") };
      return context.json(await listVersions(ledger, GUIDANCE, asked), 200);
    });
}

function createWriteRoutes({ ledger, now }: Deps) {
  return newApi()
    .openapi(route.create, async (context) => {
      const { project } = context.req.valid("param");
      const by = { projectId: project, actor: actorOf(context).name, now: now() };
      const wanted = { ...context.req.valid("json"), ...by };
      return context.json(await createPrompt(ledger, GUIDANCE, wanted), 201);
    })
    .openapi(route.change, async (context) => {
      const by = { ...keyOf(context.req.valid("param")), actor: actorOf(context).name, now: now() };
      const asked = { ...by, change: context.req.valid("json") };
      return context.json(await changePrompt(ledger, GUIDANCE, asked), 200);
    })
    .openapi(route.publish, async (context) => {
      const by = { ...keyOf(context.req.valid("param")), actor: actorOf(context).name, now: now() };
      const move = { ...by, ...context.req.valid("json") };
      return context.json(await publishPrompt(ledger, GUIDANCE, move), 200);
    })
    .openapi(route.archive, async (context) => {
      const by = { ...keyOf(context.req.valid("param")), actor: actorOf(context).name, now: now() };
      const move = { ...by, ...context.req.valid("json") };
      return context.json(await archivePrompt(ledger, GUIDANCE, move), 200);
    });
}

const keyOf = ({ project, id }: { project: string; id: string }) => ({ projectId: project, id });
