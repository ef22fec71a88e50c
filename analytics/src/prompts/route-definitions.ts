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
export function definePromptRoutes<Path extends string, Content extends z.ZodType, Served extends z.ZodType>({
  path,
  name,
  content,
  served,
}: Of<Path, Content, Served>) {
  const tags = [path];
  const base = `/projects/{project}/${path}` as const;
  const params = projectParam.extend({ id: z.uuid() });
  const contentSchema = content.meta({ id: `${name}Content` });
  const saved = savedPrompt(contentSchema).meta({ id: `Saved${name}` });
  const answer = { 200: json(saved, "As it is now"), ...problems, ...conflict };
  const reads = { tags, middleware: needs("read") };
  const writes = { tags, middleware: needs("write") };
  const move = jsonBody(promptMove.meta({ id: `${name}Move` }));
  return {
    list: createRoute({
      ...reads,
      method: "get",
      path: base,
      summary: "What is written and published, newest first",
      request: { params: projectParam, query: pageQuery.extend({ state: promptState.optional() }) },
      responses: { 200: json(listOf(saved), "A page"), ...problems },
    }),
    create: createRoute({
      ...writes,
      method: "post",
      path: base,
      summary: "Write a draft",
      request: {
        params: projectParam,
        body: jsonBody(newPrompt(contentSchema).meta({ id: `New${name}` })),
      },
      responses: { 201: json(saved, "The draft"), ...problems, ...conflict },
    }),
    read: createRoute({
      ...reads,
      method: "get",
      path: `${base}/{id}`,
      summary: "One, with its draft and what was published last",
      request: { params },
      responses: { 200: json(saved, "As it is now"), ...problems },
    }),
    change: createRoute({
      ...writes,
      method: "patch",
      path: `${base}/{id}`,
      summary: "Change the name or the draft; what apps get stays until it is published",
      request: {
        params,
        body: jsonBody(promptChange(contentSchema).meta({ id: `${name}Change` })),
      },
      responses: answer,
    }),
    publish: createRoute({
      ...writes,
      method: "post",
      path: `${base}/{id}/publish`,
      summary:
        "Publish the draft as the next version; one that must not be is refused with the reasons by field",
      request: { params, body: move },
      responses: answer,
    }),
    archive: createRoute({
      ...writes,
      method: "post",
      path: `${base}/{id}/archive`,
      summary: "Take it away from apps",
      request: { params, body: move },
      responses: answer,
    }),
    preview: createRoute({
      ...reads,
      method: "get",
      path: `${base}/{id}/preview`,
      summary: "What apps would get, what stands against publishing it, and the texts without a translation",
      request: { params },
      responses: {
        200: json(promptPreview(served).meta({ id: `${name}Preview` }), "The preview"),
        ...problems,
      },
    }),
    versions: createRoute({
      ...reads,
      method: "get",
      path: `${base}/{id}/versions`,
      summary: "What was published, newest first",
      request: { params, query: pageQuery },
      responses: { 200: json(listOf(publishedVersion(contentSchema)), "A page"), ...problems },
    }),
  };
}
