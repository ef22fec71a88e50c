import { createRoute, z } from "@hono/zod-openapi";
import { conflict, json, jsonBody, needs, problems, projectParam } from "../http/api.ts";
import { listOf, pageQuery } from "../http/cursor.ts";
import {
  newPrompt,
  promptChange,
  promptMove,
  promptPreview,
  promptState,
  publishedVersion,
  savedPrompt,
} from "./prompt.ts";

interface Of<Path extends string, Content extends z.ZodType, Served extends z.ZodType> {
  /** Below the project, and the tag. */
  path: Path;
  /** For a schema's name, e.g. `Guidance`. */
  name: string;
  content: Content;
  /** As apps get it. */
  served: Served;
}

/** The routes by which prompts of a kind are written, published and archived. */
export function definePromptRoutes<Path extends string, Content extends z.ZodType, Served extends z.ZodType>(
  of: Of<Path, Content, Served>,
) {
  const { path, name, served } = of;
  const content = of.content.meta({ id: `${name}Content` });
  const saved = savedPrompt(content).meta({ id: `Saved${name}` });
  const parts = { path, name, content, saved, served };
  return { ...defineLists(parts), ...defineReads(parts), ...defineDrafts(parts), ...defineMoves(parts) };
}

interface Parts<
  Path extends string,
  Content extends z.ZodType,
  Saved extends z.ZodType,
  Served extends z.ZodType,
> extends Of<Path, Content, Served> {
  saved: Saved;
}

const baseOf = <Path extends string>(path: Path) => `/projects/{project}/${path}` as const;
const params = projectParam.extend({ id: z.uuid() });
const reads = { middleware: needs("read") };
const writes = { middleware: needs("write") };
const asItIs = <Saved extends z.ZodType>(saved: Saved) => ({
  200: json(saved, "As it is now"),
  ...problems,
  ...conflict,
});

function defineLists<P extends string, C extends z.ZodType, S extends z.ZodType, V extends z.ZodType>({
  path,
  content,
  saved,
}: Parts<P, C, S, V>) {
  return {
    list: createRoute({
      ...reads,
      tags: [path],
      method: "get",
      path: baseOf(path),
      summary: "What is written and published, newest first",
      request: { params: projectParam, query: pageQuery.extend({ state: promptState.optional() }) },
      responses: { 200: json(listOf(saved), "A page"), ...problems },
    }),
    versions: createRoute({
      ...reads,
      tags: [path],
      method: "get",
      path: `${baseOf(path)}/{id}/versions`,
      summary: "What was published, newest first",
      request: { params, query: pageQuery },
      responses: { 200: json(listOf(publishedVersion(content)), "A page"), ...problems },
    }),
  };
}

function defineReads<P extends string, C extends z.ZodType, S extends z.ZodType, V extends z.ZodType>({
  path,
  name,
  saved,
  served,
}: Parts<P, C, S, V>) {
  return {
    read: createRoute({
      ...reads,
      tags: [path],
      method: "get",
      path: `${baseOf(path)}/{id}`,
      summary: "One, with its draft and what was published last",
      request: { params },
      responses: { 200: json(saved, "As it is now"), ...problems },
    }),
    preview: createRoute({
      ...reads,
      tags: [path],
      method: "get",
      path: `${baseOf(path)}/{id}/preview`,
      summary: "What apps would get, what stands against publishing it, and the texts without a translation",
      request: { params },
      responses: {
        200: json(promptPreview(served).meta({ id: `${name}Preview` }), "The preview"),
        ...problems,
      },
    }),
  };
}

function defineDrafts<P extends string, C extends z.ZodType, S extends z.ZodType, V extends z.ZodType>({
  path,
  name,
  content,
  saved,
}: Parts<P, C, S, V>) {
  return {
    create: createRoute({
      ...writes,
      tags: [path],
      method: "post",
      path: baseOf(path),
      summary: "Write a draft",
      request: { params: projectParam, body: jsonBody(newPrompt(content).meta({ id: `New${name}` })) },
      responses: { 201: json(saved, "The draft"), ...problems, ...conflict },
    }),
    change: createRoute({
      ...writes,
      tags: [path],
      method: "patch",
      path: `${baseOf(path)}/{id}`,
      summary: "Change the name or the draft; what apps get stays until it is published",
      request: { params, body: jsonBody(promptChange(content).meta({ id: `${name}Change` })) },
      responses: asItIs(saved),
    }),
  };
}

function defineMoves<P extends string, C extends z.ZodType, S extends z.ZodType, V extends z.ZodType>({
  path,
  name,
  saved,
}: Parts<P, C, S, V>) {
  const body = jsonBody(promptMove.meta({ id: `${name}Move` }));
  return {
    publish: createRoute({
      ...writes,
      tags: [path],
      method: "post",
      path: `${baseOf(path)}/{id}/publish`,
      summary:
        "Publish the draft as the next version; one that must not be is refused with the reasons by field",
      request: { params, body },
      responses: asItIs(saved),
    }),
    archive: createRoute({
      ...writes,
      tags: [path],
      method: "post",
      path: `${baseOf(path)}/{id}/archive`,
      summary: "Take it away from apps",
      request: { params, body },
      responses: asItIs(saved),
    }),
  };
}
