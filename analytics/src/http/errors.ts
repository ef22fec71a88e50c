import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Logger } from "../deps.ts";
import type { ApiEnv } from "./api.ts";
import { Problem } from "./problem.ts";

/** The one place where an error becomes an answer; a bug is logged here, once, and answered without detail. */
export function createErrorHandler(log: Logger): ErrorHandler<ApiEnv> {
  return (error, context) => {
    if (error instanceof Problem) return answer(context, error);
    // Thrown by Hono itself, for a body that is not JSON.
    if (error instanceof HTTPException && error.status < 500) {
      return answer(context, new Problem(error.status, "Invalid request", { detail: error.message }));
    }
    log.error({ err: error, method: context.req.method, path: context.req.path }, "a request failed");
    return answer(context, new Problem(500, "Internal error", { detail: "It was logged; try again later." }));
  };
}

/** The answer to a path or method that is no route. */
export const answerNotFound: NotFoundHandler<ApiEnv> = (context) =>
  answer(
    context,
    new Problem(404, "No such thing", { detail: `No route ${context.req.method} ${context.req.path}` }),
  );

function answer(context: Context<ApiEnv>, problem: Problem): Response {
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (problem.status === 401) headers["www-authenticate"] = 'Bearer realm="voxloop"';
  const { retryAfterSeconds } = problem.members;
  if (typeof retryAfterSeconds === "number") headers["retry-after"] = String(retryAfterSeconds);
  return context.body(JSON.stringify(problem), problem.status, headers);
}
