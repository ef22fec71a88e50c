import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { segmentId } from "../filters/segment.ts";
import { type ApiEnv, json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { decodeCursor, encodeCursor, pageQuery } from "../http/cursor.ts";
import { previousRange, type Range, rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { daysOf } from "../stats/days.ts";
import { countVoices, listVoices, voicePosition } from "./query.ts";
import { scoreVoices } from "./scores.ts";
import { LAYERS, SENTIMENTS, type Voice, voiceList, voiceScores } from "./voice.ts";

const list = createRoute({
  method: "get",
  path: "/projects/{project}/voices",
  summary: "Survey answers, comments and imported feedback, newest first",
  tags: ["voices"],
  middleware: [needs("read")] as const,
  request: {
    params: projectParam,
    query: rangeQuery.extend(pageQuery.shape).extend({
      layer: z.enum(LAYERS).optional(),
      language: z
        .enum(["zh", "en", ""])
        .optional()
        .openapi({ description: "Of the comment; empty for another language" }),
      sentiment: z.enum(SENTIMENTS).optional(),
      kind: z.string().max(32).optional().openapi({ description: "Survey kind, e.g. `nps`" }),
      source: z.string().max(64).optional().openapi({ description: "Where imported voices are from" }),
      flow: z.string().max(128).optional(),
      q: z.string().min(1).max(200).optional().openapi({ description: "Text within the comment" }),
      segment: segmentId,
    }),
  },
  responses: { 200: json(voiceList, "One page of voices"), ...problems },
});

const scoredLayer = z.enum(LAYERS).default("customer").openapi({ description: "Whose voices; never mixed" });

const scores = createRoute({
  method: "get",
  path: "/projects/{project}/voices/scores",
  summary: "NPS with its interval, sentiment, and their daily trend",
  tags: ["voices"],
  middleware: [needs("read")] as const,
  request: { params: projectParam, query: rangeQuery.extend({ segment: segmentId, layer: scoredLayer }) },
  responses: { 200: json(voiceScores, "Scores of the range"), ...problems },
});

const listPosition = voicePosition.extend({ from: z.iso.datetime(), to: z.iso.datetime() });

/** What customers say: the list and the scores. */
export function createVoicesRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  api.openapi(list, async (context) => {
    const { project } = context.req.valid("param");
    await requireProject(deps.ledger, project);
    const { from, to, limit, cursor, segment, ...filter } = context.req.valid("query");
    // The first page's range goes with the cursor: the default ends "now", and pages must not shift.
    const after = cursor === undefined ? undefined : decodeCursor(cursor, listPosition);
    const range = toRange(after ?? { from, to }, deps.now());
    const found = await listVoices(deps.warehouse, {
      projectId: project,
      range,
      filter,
      after,
      limit: limit + 1,
      segment: await findSegment(deps, project, { segment, to: range.to }),
    });
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? cursorAfter(items.at(-1), range) : null;
    return context.json({ items, nextCursor }, 200);
  });
  api.openapi(scores, async (context) => {
    const { project } = context.req.valid("param");
    const { timeZone } = await requireProject(deps.ledger, project);
    const query = context.req.valid("query");
    const range = toRange(query, deps.now());
    const { layer } = query;
    const segment = await findSegment(deps, project, { segment: query.segment, to: range.to });
    const [now, before] = await Promise.all(
      [range, previousRange(range)].map((of) =>
        countVoices(deps.warehouse, { projectId: project, range: of, timeZone, layer, segment }),
      ),
    );
    return context.json(scoreVoices(now ?? [], before ?? [], daysOf(range, timeZone)), 200);
  });
  return api;
}

function cursorAfter(last: Voice | undefined, { from, to }: Range): string | null {
  if (last === undefined) return null;
  const { time, voiceId } = last;
  return encodeCursor({ time, voiceId, from: from.toISOString(), to: to.toISOString() });
}
