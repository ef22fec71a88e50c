import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { type ApiEnv, json, jsonBody, needs, newApi, problems } from "../http/api.ts";
import { textAnalysis } from "../voices/voice.ts";
import { ASPECTS } from "./aspects.ts";
import { analyzeAspects, analyzeText } from "./sentiment.ts";

const aspects = z.array(z.object({ aspect: z.enum(ASPECTS), sentiment: textAnalysis.shape.sentiment }));

const analyze = createRoute({
  method: "post",
  path: "/text/analyze",
  summary: "Language and sentiment of texts, and what they say of a bank's aspects",
  tags: ["voices"],
  middleware: [needs("read")] as const,
  request: {
    body: jsonBody(z.object({ texts: z.array(z.string().max(8_192)).min(1).max(100) })),
  },
  responses: {
    200: json(
      z.object({ items: z.array(textAnalysis.extend({ aspects })) }),
      "One analysis a text, in the order given",
    ),
    ...problems,
  },
});

/** Analyses that need no project and store nothing. */
export function createTextRoutes(_deps: Deps): OpenAPIHono<ApiEnv> {
  return newApi().openapi(analyze, (context) => {
    const { texts } = context.req.valid("json");
    return context.json(
      { items: texts.map((text) => ({ ...analyzeText(text), aspects: analyzeAspects(text) })) },
      200,
    );
  });
}
