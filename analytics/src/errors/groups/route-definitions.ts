import { createRoute, z } from "@hono/zod-openapi";
import { conflict, json, jsonBody, needs, problems, projectParam } from "../../http/api.ts";
import type { Scope } from "../../people/person.ts";
import { archiving, errorGroupState, fingerprint, hiddenGroupList, merging, unmerging } from "./group.ts";

const GROUP = "/projects/{project}/errors/{fingerprint}";

const ofGroup = (scope: Scope) => ({
  tags: ["errors"],
  middleware: needs(scope),
  request: { params: projectParam.extend({ fingerprint }) },
});

const done = { 204: { description: "Done" }, ...problems, ...conflict } as const;

export const hidden = createRoute({
  method: "get",
  path: "/projects/{project}/errors/hidden",
  tags: ["errors"],
  summary: "The groups that the list does not show: archived or discarded",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: { 200: json(hiddenGroupList.meta({ id: "HiddenGroups" }), "The latest first"), ...problems },
});

export const state = createRoute({
  method: "get",
  path: `${GROUP}/group`,
  summary: "What a group is made of, and what was decided about it",
  ...ofGroup("read"),
  responses: { 200: json(errorGroupState.meta({ id: "ErrorGroupState" }), "The group"), ...problems },
});

export const merge = createRoute({
  method: "post",
  path: `${GROUP}/merge`,
  summary: "Merge other groups into this one: their past and future events count as its own",
  ...ofGroup("write"),
  request: { ...ofGroup("write").request, body: jsonBody(merging) },
  responses: {
    200: json(
      z.object({ moved: z.record(z.string(), z.array(z.string())) }),
      "The fingerprints that moved, by the group they moved from; unmerge these together to undo it",
    ),
    ...problems,
    ...conflict,
  },
});

export const unmerge = createRoute({
  method: "post",
  path: `${GROUP}/unmerge`,
  summary: "Take members out again; together they are a group, named by the first",
  ...ofGroup("write"),
  request: { ...ofGroup("write").request, body: jsonBody(unmerging) },
  responses: done,
});

export const archive = createRoute({
  method: "put",
  path: `${GROUP}/archive`,
  summary:
    "Take the group out of the list until it escalates, until so many more customers met it, or for good",
  ...ofGroup("write"),
  request: { ...ofGroup("write").request, body: jsonBody(archiving) },
  responses: done,
});

export const list = createRoute({
  method: "delete",
  path: `${GROUP}/archive`,
  summary: "Put the group back into the list",
  ...ofGroup("write"),
  responses: done,
});

export const discard = createRoute({
  method: "put",
  path: `${GROUP}/discard`,
  summary: "Delete the group's events and store no more of them",
  ...ofGroup("admin"),
  responses: done,
});

export const keep = createRoute({
  method: "delete",
  path: `${GROUP}/discard`,
  summary: "Store the group's events again",
  ...ofGroup("admin"),
  responses: done,
});
