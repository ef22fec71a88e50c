import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import type { Deps } from "../deps.ts";
import { actorOf } from "../http/actor-of.ts";
import { assertAllowed, json, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { ingestion, liveBatch } from "./ingestion.ts";
import { PACE, streamLive } from "./live.ts";
import { reportIngestion } from "./report.ts";
import { Seats } from "./seats.ts";
import { Tail } from "./tail.ts";

const tags = ["ingestion"];

const read = createRoute({
  method: "get",
  path: "/projects/{project}/ingestion",
  tags,
  summary: "What arrived, what was refused and why, and which apps send",
  middleware: needs("read"),
  request: { params: projectParam, query: rangeQuery },
  responses: { 200: json(ingestion.meta({ id: "Ingestion" }), "By time of arrival"), ...problems },
});

const text = z.string().min(1).max(128).optional();
const liveQuery = z.object({
  event: text.openapi({ description: "Only events of this name" }),
  customer: text.openapi({ description: "Only of this customer, user or installation" }),
  session: text.openapi({ description: "Only of this session" }),
  errors: z.enum(["true", "false"]).optional().openapi({ description: "Only error events" }),
});

const live = createRoute({
  method: "get",
  path: "/projects/{project}/live",
  tags,
  summary: "The newest events as they land, as server-sent events",
  description:
    "Messages of the type `events` carry a LiveBatch: at most 100 events a second, and how many more there were. " +
    "`Last-Event-ID` goes on where a connection ended, up to ten minutes back. `end` is the last message: its reason is " +
    "`time is up` (after 15 minutes), `not allowed`, `unavailable` or `stopping`. An event that waited over 15 s in a " +
    "collector behind later ones may be left out.",
  middleware: needs("read"),
  request: {
    params: projectParam,
    query: liveQuery,
    headers: z.object({ "last-event-id": z.string().max(32).optional() }),
  },
  responses: {
    200: {
      description: "Server-sent events",
      content: { "text/event-stream": { schema: liveBatch.meta({ id: "LiveBatch" }) } },
    },
    ...problems,
  },
});

const SEATS = { each: 4, all: 50 };

/** Whether data arrives, and the data as it arrives. */
export function createIngestionRoutes(deps: Deps, pace = PACE): OpenAPIHono<ApiEnv> {
  const { warehouse, ledger } = deps;
  const seats = new Seats(SEATS);
  const api = newApi();
  api.openapi(read, async (context) => {
    const { project } = context.req.valid("param");
    await requireProject(ledger, project);
    const now = deps.now();
    const range = toRange(context.req.valid("query"), now);
    return context.json(await reportIngestion(warehouse, { projectId: project, range, now }), 200);
  });
  api.openapi(live, async (context) => {
    const { project } = context.req.valid("param");
    await requireProject(ledger, project);
    const { errors, ...filter } = context.req.valid("query");
    const after = positionOf(context.req.valid("header")["last-event-id"]);
    const isError = errors === "true";
    const tail = new Tail({
      warehouse,
      projectId: project,
      filter: { ...filter, isError },
      now: deps.now(),
      after,
    });
    const findAgain = context.get("findActorAgain");
    const assertStill = async () => assertAllowed(await findAgain?.(), "read", project);
    const leave = seats.take(actorOf(context).name);
    // Proxies that gather answers would hold the events back.
    context.header("x-accel-buffering", "no");
    return streamSSE(context, async (stream) => {
      const signal = endOf(stream, deps.ending);
      await streamLive(stream, { tail, assertAllowed: assertStill, signal, log: deps.log, pace }).finally(
        leave,
      );
    });
  });
  return api;
}

/** Fires when nobody listens any more or the process stops. */
function endOf(stream: SSEStreamingApi, ending: AbortSignal | undefined): AbortSignal {
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  return ending === undefined ? gone.signal : AbortSignal.any([gone.signal, ending]);
}

/** The position that a message's id gave; anything else is a new start. */
function positionOf(lastEventId: string | undefined): number | undefined {
  const position = Number(lastEventId);
  return lastEventId !== undefined && Number.isSafeInteger(position) && position > 0 ? position : undefined;
}
