import { schema } from "@voxloop/ledger";
import { fingerprintOf, parseStack, type Warehouse } from "@voxloop/warehouse";
import { eq, max } from "drizzle-orm";
import { z } from "zod";
import type { Deps } from "../../deps.ts";
import type { Job } from "../../scheduler/job.ts";
import type { SourceFrame } from "../../source-maps/source-map.ts";
import { createSymbolicate } from "../../source-maps/symbolicate.ts";
import { decide, findRows, lockGroups, noteChange } from "./row.ts";
import { tellWarehouse } from "./tell.ts";

const ID = "group-by-source";
const ACTOR = `job:${ID}`;
const LOOK_BACK_MS = 7 * 86_400_000;
/** A release brings tens of new stacks; thousands in a week are noise. */
const GROUPS_A_RUN = 500;

/**
 * Puts groups of built code where their sources say: names and places differ from build to build, so that without it every
 * release would split its errors. It merges as a person would, so that it can be undone, and leaves alone what people
 * decided about. Safe to run twice, because what it has tried it tries again only when maps were uploaded since.
 */
export const groupBySourceJob: Job = {
  id: ID,
  everyMs: 15_000,
  async run(deps) {
    for (const { projectId, uploadedAt } of await projectsWithMaps(deps)) {
      const tried = await readTried(deps, { projectId, uploadedAt });
      const events = await newGroups(deps, { projectId, tried });
      if (events.length === 0) continue;
      for (const [built, source] of await sourceGroups(deps, projectId, events))
        await moveTo(deps, { projectId, built, source });
      await tellWarehouse(deps);
      const all = [...tried, ...events.map(({ fingerprint }) => fingerprint)];
      await saveTried(deps, { projectId, uploadedAt, tried: all.slice(-TRIED_MAX) });
    }
  },
};

async function projectsWithMaps({ ledger }: Deps) {
  const { sourceMaps } = schema;
  const rows = await ledger.db
    .select({ projectId: sourceMaps.projectId, uploadedAt: max(sourceMaps.uploadedAt) })
    .from(sourceMaps)
    .groupBy(sourceMaps.projectId);
  return rows.map(({ projectId, uploadedAt }) => ({
    projectId,
    uploadedAt: uploadedAt?.toISOString() ?? "",
  }));
}

const TRIED_MAX = 5_000;
const state = z.object({ uploadedAt: z.string(), tried: z.array(z.string()) });
const keyOf = (projectId: string) => `${ID}:${projectId}`;

/** Fingerprints that were looked at with the maps there are. */
async function readTried({ ledger }: Deps, of: { projectId: string; uploadedAt: string }): Promise<string[]> {
  const { jobStates } = schema;
  const [row] = await ledger.db
    .select()
    .from(jobStates)
    .where(eq(jobStates.key, keyOf(of.projectId)));
  const known = row && state.parse(row.value);
  return known?.uploadedAt === of.uploadedAt ? known.tried : [];
}

async function saveTried(
  { ledger, now }: Deps,
  { projectId, ...value }: z.infer<typeof state> & { projectId: string },
): Promise<void> {
  const { jobStates } = schema;
  await ledger.db
    .insert(jobStates)
    .values({ key: keyOf(projectId), value, updatedAt: now() })
    .onConflictDoUpdate({ target: jobStates.key, set: { value, updatedAt: now() } });
}

const builtEvent = z.object({
  fingerprint: z.string(),
  code: z.string(),
  flow: z.string(),
  type: z.string(),
  message: z.string(),
  stack: z.string(),
  release: z.string(),
});
type BuiltEvent = z.infer<typeof builtEvent>;

/** The latest event of each fingerprint that is new in a release and was not tried. */
async function newGroups(
  { warehouse, now }: { warehouse: Warehouse; now: () => Date },
  { projectId, tried }: { projectId: string; tried: string[] },
): Promise<BuiltEvent[]> {
  const sql = `
  WITH latest AS (
    SELECT fingerprint, max(last_seen) AS time FROM error_releases_v1
    WHERE project_id = {project: String} AND NOT has({tried: Array(String)}, fingerprint)
    GROUP BY fingerprint HAVING min(first_seen) >= {since: DateTime64(3, 'UTC')}
    ORDER BY time DESC LIMIT ${GROUPS_A_RUN}
  ),
  found AS (
    SELECT fingerprint, time, event_id FROM error_events_v1
    WHERE project_id = {project: String} AND error_code = '' AND time IN (SELECT time FROM latest)
      AND (fingerprint, time) IN (SELECT fingerprint, time FROM latest)
    ORDER BY event_id LIMIT 1 BY fingerprint
  )
  SELECT f.fingerprint AS fingerprint, error_code AS code, flow, error_type AS type, error_message AS message,
    error_stack AS stack, service_version AS release
  FROM events_v1 AS e INNER JOIN found AS f ON f.time = e.time AND f.event_id = e.event_id
  WHERE project_id = {project: String} AND time IN (SELECT time FROM found) AND error_stack != ''
  LIMIT 1 BY fingerprint`;
  const params = { project: projectId, tried, since: new Date(now().getTime() - LOOK_BACK_MS) };
  return warehouse.query({ name: "new-groups", sql, params, row: builtEvent });
}

/** Where events belong by their sources: only what a map covers, and is elsewhere than it was stored. */
async function sourceGroups(
  deps: Deps,
  projectId: string,
  events: BuiltEvent[],
): Promise<[built: string, source: string][]> {
  const frames = await createSymbolicate(deps)(projectId, events);
  return events.flatMap((event, index): [string, string][] => {
    const calls = frames[index];
    if (!calls) return [];
    const { fingerprint, by } = fingerprintOf({ ...event, stack: sourceStack(event, calls) });
    return by === "stack" && fingerprint !== event.fingerprint ? [[event.fingerprint, fingerprint]] : [];
  });
}

/** The stack as the runtime would have written it of the sources. */
function sourceStack({ type, message, stack }: BuiltEvent, calls: readonly SourceFrame[]): string {
  const { format } = parseStack(stack);
  const lines = calls.map((call) =>
    format === "java"
      ? `\tat ${call.function}(${call.file}:${call.line ?? 0})`
      : `    at ${nameOf(call)} (${call.file}:${call.line ?? 0}:${call.column ?? 0})`,
  );
  return [`${type || "Error"}: ${message}`, ...lines].join("\n");
}

/**
 * The outermost call has nobody who calls it by its name in the source, and what a minifier gave it is another in the next
 * build: then the line of the source itself, which moves but seldom changes, tells it from others of its file.
 */
function nameOf({ function: name, mapped, line, context }: SourceFrame): string {
  if (name.length > 2 || !mapped || context === null || line === null) return name || "<anonymous>";
  const text = context.lines[line - context.firstLine]?.trim() ?? "";
  return text.slice(0, 60).replaceAll(/[^\p{L}\p{N}_$]+/gu, "_") || "<anonymous>";
}

async function moveTo(
  deps: Deps,
  { projectId, built, source }: { projectId: string; built: string; source: string },
): Promise<void> {
  await deps.ledger.db.transaction(async (tx) => {
    await lockGroups(tx, projectId);
    const rows = await findRows(tx, { projectId, fingerprints: [built, source] });
    const into = rows.get(source)?.mergedInto ?? source;
    if (rows.has(built) || into === built) return;
    const write = { at: deps.now(), actor: ACTOR };
    await decide(
      tx,
      { projectId, fingerprint: built },
      { ...write, decision: { mergedInto: into, revision: 1 } },
    );
    const data = { from: { [built]: [built] } };
    await noteChange(tx, { projectId, fingerprint: into }, { ...write, kind: "merged", data });
  });
}
