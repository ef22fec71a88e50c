import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Logger } from "../deps.ts";
import type { ApiEnv } from "./api.ts";
import { Problem } from "./problem.ts";

/** The one place where an error becomes an answer; a bug is logged here, once, and answered without detail. */
export function createErrorHandler(log: Logger): ErrorHandler<ApiEnv> {
  return (error, context) => {
    if (error instanceof Problem) return answer(context, error);
    // Who asked has left; the status is for the log alone.
    if (context.req.raw.signal.aborted) return new Response(null, { status: 499 });
    const refused = refusalOf(error);
    if (refused !== undefined) return answer(context, refused);
    // Thrown by Hono itself, for a body that is not JSON.
    if (error instanceof HTTPException && error.status < 500) {
      return answer(context, new Problem(error.status, "Invalid request", { detail: error.message }));
    }
    log.error({ err: error, method: context.req.method, path: context.req.path }, "a request failed");
    return answer(context, new Problem(500, "Internal error", { detail: "It was logged; try again later." }));
  };
}

/** ClickHouse's names of a question that would take more than it may. */
const TOO_MUCH = new Map<unknown, [status: 503 | 504, what: string]>([
  ["TIMEOUT_EXCEEDED", [504, "time"]],
  ["MEMORY_LIMIT_EXCEEDED", [503, "memory"]],
]);

function refusalOf(error: Error): Problem | undefined {
  const refused = TOO_MUCH.get("type" in error && error.type);
  if (refused === undefined) return undefined;
  const [status, what] = refused;
  const detail = `Answering this would take more ${what} than a question may. Choose a shorter range or add filters.`;
  return new Problem(status, "Too much to answer", { detail });
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
