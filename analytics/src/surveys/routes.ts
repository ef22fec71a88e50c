import type { Deps } from "../deps.ts";
import { actorOf } from "../http/actor-of.ts";
import { newApi } from "../http/api.ts";
import { toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { changePrompt, createPrompt } from "../prompts/draft.ts";
import { allVersions, listPrompts, listVersions, previewPrompt } from "../prompts/list.ts";
import { archivePrompt, publishPrompt } from "../prompts/publish.ts";
import { findPrompt, toSaved } from "../prompts/row.ts";
import { SURVEY } from "./kind.ts";
import { countSurvey } from "./query.ts";
import { results, route } from "./route-definitions.ts";
import { knownQuestions, tally } from "./tally.ts";

/** What apps ask customers: written, published, and answered. */
export function createSurveysRoutes(deps: Deps) {
  return newApi()
    .route("/", createReadRoutes(deps))
    .route("/", createWriteRoutes(deps))
    .route("/", createResultRoutes(deps));
}

function createResultRoutes({ ledger, warehouse, now }: Deps) {
  return newApi().openapi(results, async (context) => {
    const key = keyOf(context.req.valid("param"));
    const range = toRange(context.req.valid("query"), now());
    const known = knownQuestions(await allVersions(ledger, SURVEY, key));
    const choices = known.flatMap((question) => question.choices ?? []).map(({ id }) => id);
    const about = { projectId: key.projectId, surveyId: key.id, range, choices };
    const { customers, answers } = await countSurvey(warehouse, about);
    const tallyOf = (language: string | null) =>
      tally(
        customers.find((each) => each.language === language),
        answers.filter((each) => each.language === language),
        known,
      );
    const languages = customers
      .flatMap(({ language }) => (language === null ? [] : [{ language, ...tallyOf(language) }]))
      .toSorted((a, b) => b.shown - a.shown || (a.language < b.language ? -1 : 1));
    const span = { from: range.from.toISOString(), to: range.to.toISOString() };
    return context.json({ ...span, total: tallyOf(null), languages }, 200);
  });
}

function createReadRoutes({ ledger }: Deps) {
  return newApi()
    .openapi(route.list, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      const asked = { projectId: id, ...context.req.valid("query") };
      return context.json(await listPrompts(ledger, SURVEY, asked), 200);
    })
    .openapi(route.read, async (context) => {
      const row = await findPrompt(ledger.db, SURVEY, keyOf(context.req.valid("param")));
      return context.json(toSaved(SURVEY, row), 200);
    })
    .openapi(route.preview, async (context) => {
      const key = keyOf(context.req.valid("param"));
      return context.json(await previewPrompt(ledger, SURVEY, key), 200);
    })
    .openapi(route.versions, async (context) => {
      const asked = { ...keyOf(context.req.valid("param")), ...context.req.valid("query") };
      return context.json(await listVersions(ledger, SURVEY, asked), 200);
    });
}

function createWriteRoutes({ ledger, now }: Deps) {
  return newApi()
    .openapi(route.create, async (context) => {
      const { project } = context.req.valid("param");
      const by = { projectId: project, actor: actorOf(context).name, now: now() };
      const wanted = { ...context.req.valid("json"), ...by };
      return context.json(await createPrompt(ledger, SURVEY, wanted), 201);
    })
    .openapi(route.change, async (context) => {
      const by = { ...keyOf(context.req.valid("param")), actor: actorOf(context).name, now: now() };
      const asked = { ...by, change: context.req.valid("json") };
      return context.json(await changePrompt(ledger, SURVEY, asked), 200);
    })
    .openapi(route.publish, async (context) => {
      const by = { ...keyOf(context.req.valid("param")), actor: actorOf(context).name, now: now() };
      const move = { ...by, ...context.req.valid("json") };
      return context.json(await publishPrompt(ledger, SURVEY, move), 200);
    })
    .openapi(route.archive, async (context) => {
      const by = { ...keyOf(context.req.valid("param")), actor: actorOf(context).name, now: now() };
      const move = { ...by, ...context.req.valid("json") };
      return context.json(await archivePrompt(ledger, SURVEY, move), 200);
    });
}

const keyOf = ({ project, id }: { project: string; id: string }) => ({ projectId: project, id });
