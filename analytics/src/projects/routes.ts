import { createRoute } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { actorOf } from "../http/actor-of.ts";
import { json, jsonBody, needs, newApi, problems, projectParam } from "../http/api.ts";
import { listOf } from "../http/cursor.ts";
import { requireProject } from "../http/require-project.ts";
import { createKeyRoutes } from "./key-routes.ts";
import { project, projectChange } from "./project.ts";
import { changeProject, listProjects, toProject } from "./store.ts";

const tags = ["projects"];
const projectSchema = project.openapi("Project");
const projectAnswer = json(projectSchema, "The project");

const list = createRoute({
  method: "get",
  path: "/projects",
  tags,
  summary: "The projects you may see",
  middleware: needs("read"),
  responses: { 200: json(listOf(projectSchema), "Projects"), ...problems },
});

const read = createRoute({
  method: "get",
  path: "/projects/{project}",
  tags,
  summary: "One project's settings",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: { 200: projectAnswer, ...problems },
});

const change = createRoute({
  method: "patch",
  path: "/projects/{project}",
  tags,
  summary: "Change a project's name, time zone, recovery window, limits, address of traces or sample rate",
  middleware: needs("admin"),
  request: {
    params: projectParam,
    body: jsonBody(projectChange.openapi("ProjectChange")),
  },
  responses: { 200: projectAnswer, ...problems },
});

/** Projects and the write keys of their apps. */
export function createProjectsRoutes(deps: Deps) {
  const { ledger, now } = deps;
  return newApi()
    .openapi(list, async (context) => {
      const items = await listProjects(ledger, actorOf(context).projectId);
      return context.json({ items, nextCursor: null }, 200);
    })
    .openapi(read, async (context) => {
      const row = await requireProject(ledger, context.req.valid("param").project);
      return context.json(toProject(row), 200);
    })
    .openapi(change, async (context) => {
      const { id } = await requireProject(ledger, context.req.valid("param").project);
      return context.json(await changeProject(ledger, { id, now: now() }, context.req.valid("json")), 200);
    })
    .route("/", createKeyRoutes(deps));
}
