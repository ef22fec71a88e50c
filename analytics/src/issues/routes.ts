import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { newApi, type ApiEnv } from "../http/api.ts";
import { requireProject } from "../http/require-project.ts";
import { changeIssue, commentIssue } from "./change.ts";
import { affectedCustomers } from "./customers-query.ts";
import { findIssue } from "./lock.ts";
import { openIssueByHand } from "./open-by-hand.ts";
import * as route from "./route-definitions.ts";
import { fingerprintOf, toIssue } from "./row.ts";
import { listIssues, listTimeline, readVerification } from "./store.ts";
import { transitionIssue } from "./transition.ts";

const AFFECTED_DAYS = 90;

/** The closed loop: issues, what happened to them, and whether their fix worked. */
export function createIssuesRoutes(deps: Deps) {
  const { ledger } = deps;
  return newApi()
    .openapi(route.list, async (context) => {
      const { project } = context.req.valid("param");
      const page = await listIssues(ledger, { projectId: project, ...context.req.valid("query") });
      return context.json(page, 200);
    })
    .openapi(route.open, async (context) => {
      const { project } = context.req.valid("param");
      const { recoveryWindowSeconds } = await requireProject(ledger, project);
      const { fingerprint } = context.req.valid("json");
      const asked = { projectId: project, fingerprint, actor: actorOf(context), recoveryWindowSeconds };
      const { issue, opened } = await openIssueByHand(deps, asked);
      return opened ? context.json(issue, 201) : context.json(issue, 200);
    })
    .openapi(route.read, async (context) =>
      context.json(toIssue(await findIssue(ledger.db, keyOf(context.req.valid("param")))), 200),
    )
    .openapi(route.change, async (context) => {
      const key = keyOf(context.req.valid("param"));
      const asked = { ...key, actor: actorOf(context), change: context.req.valid("json") };
      return context.json(await changeIssue(deps, asked), 200);
    })
    .openapi(route.transition, async (context) => {
      const key = keyOf(context.req.valid("param"));
      const move = { ...key, actor: actorOf(context), command: context.req.valid("json") };
      return context.json(await transitionIssue(deps, move), 200);
    })
    .route("/", createIssueDetailRoutes(deps));
}

function createIssueDetailRoutes(deps: Deps) {
  const { ledger } = deps;
  return newApi()
    .openapi(route.comment, async (context) => {
      const key = keyOf(context.req.valid("param"));
      const { text } = context.req.valid("json");
      return context.json(await commentIssue(deps, { ...key, actor: actorOf(context), text }), 201);
    })
    .openapi(route.verificationOf, async (context) =>
      context.json(await readVerification(ledger, keyOf(context.req.valid("param"))), 200),
    )
    .openapi(route.timelineOf, async (context) => {
      const key = keyOf(context.req.valid("param"));
      return context.json(await listTimeline(ledger, { ...key, ...context.req.valid("query") }), 200);
    })
    .openapi(route.customers, async (context) => {
      const key = keyOf(context.req.valid("param"));
      const [row, project] = await Promise.all([
        findIssue(ledger.db, key),
        requireProject(ledger, key.projectId),
      ]);
      const page = await affectedCustomers(deps.warehouse, {
        projectId: key.projectId,
        fingerprint: fingerprintOf(row),
        since: new Date(deps.now().getTime() - AFFECTED_DAYS * 86_400_000),
        until: deps.now(),
        recoveryWindowSeconds: project.recoveryWindowSeconds,
        ...context.req.valid("query"),
      });
      return context.json(page, 200);
    });
}

const keyOf = ({ project, id }: { project: string; id: string }) => ({ projectId: project, id });

/** `needs` has refused whoever has no name. */
const actorOf = (context: Context<ApiEnv>): string => context.get("actor")?.name ?? "";
