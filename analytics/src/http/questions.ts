import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { randomBytes } from "node:crypto";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, type ApiEnv } from "./api.ts";

const QUESTION_HEADER = "x-question-id";
const questionId = z.string().regex(/^[0-9a-f]{32}$/, "must be 32 hexadecimal digits");

/** Lets the engine stop working on what nobody waits for any more; the caller may name the question to ask how far it is. */
export function answerWhileWanted({ warehouse }: Pick<Deps, "warehouse">): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const named = questionId.safeParse(context.req.header(QUESTION_HEADER));
    const id = named.success ? named.data : randomBytes(16).toString("hex");
    await warehouse.answering({ id, signal: context.req.raw.signal }, next);
  };
}

const progress = z
  .object({
    running: z
      .number()
      .int()
      .describe("Questions to the warehouse that are being answered now; several may come one after another"),
    readRows: z.number().int(),
    totalRows: z.number().int().describe("Rows to read as far as the engine knows; at least `readRows`"),
    seconds: z.number().describe("Since the longest of them began"),
  })
  .openapi("QuestionProgress");

export type QuestionProgress = z.infer<typeof progress>;

const progressRoute = createRoute({
  method: "get",
  path: "/questions/{id}",
  summary: "How far the answer to a request is",
  description: `Of a request sent with the header \`${QUESTION_HEADER}\`, 32 hexadecimal digits of the caller's own making, while it is being answered. Zeros when nothing of it is running: it waits, has ended or never was.`,
  middleware: [needs("read")] as const,
  request: { params: z.object({ id: questionId }) },
  responses: { 200: json(progress, "Progress"), ...problems },
});

export function createQuestionsRoutes({ warehouse }: Deps): OpenAPIHono<ApiEnv> {
  return newApi().openapi(progressRoute, async (context) =>
    context.json(await warehouse.progressOf(context.req.valid("param").id), 200),
  );
}
