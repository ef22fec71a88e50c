import {
  compileRules,
  fingerprintOf,
  groupingRules,
  type RuledFacts,
  type GroupingRule,
} from "@voxloop/warehouse";
import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Deps } from "../../deps.ts";
import { Problem } from "../../http/problem.ts";
import type { Range } from "../../http/range.ts";
import type { Tx } from "./row.ts";

export const savedRules = z.object({
  /** In the order in which they are tried. */
  rules: groupingRules,
  /** Counts up with every change; a write on an older one is refused. */
  version: z.number().int(),
  updatedAt: z.iso.datetime().nullable(),
  updatedBy: z.string().nullable(),
});
export type SavedRules = z.infer<typeof savedRules>;

export const rulesChange = z.object({ rules: groupingRules, version: z.number().int() });

export const ruleTrial = z.object({
  /** The events tried: the latest of the range. */
  events: z.number().int(),
  /** Whether there were more. */
  isCut: z.boolean(),
  /** For each rule what it would do, in the order given. */
  rules: z.array(
    z.object({
      events: z.number().int(),
      /** Groups of today that its events are in, and groups that they would be in. */
      groupsBefore: z.number().int(),
      groupsAfter: z.number().int(),
      samples: z.array(
        z.object({
          eventId: z.string(),
          time: z.iso.datetime(),
          type: z.string(),
          message: z.string(),
          flow: z.string(),
          fingerprint: z.string(),
        }),
      ),
    }),
  ),
});
export type RuleTrial = z.infer<typeof ruleTrial>;

const { groupingRules: table } = schema;

/** The rules of a project; none with version 0 before the first are saved. */
export async function readRules(db: Pick<Tx, "select">, projectId: string): Promise<SavedRules> {
  const [row] = await db.select().from(table).where(eq(table.projectId, projectId));
  if (row === undefined) return { rules: [], version: 0, updatedAt: null, updatedBy: null };
  const { version, updatedBy } = row;
  return {
    rules: groupingRules.parse(row.rules),
    version,
    updatedAt: row.updatedAt.toISOString(),
    updatedBy,
  };
}

/** Replaces the rules; collectors follow within seconds. Throws a Problem (409) when others have saved since `version`. */
export async function saveRules(
  deps: Pick<Deps, "ledger" | "now">,
  of: { projectId: string; actor: string; change: z.infer<typeof rulesChange> },
): Promise<SavedRules> {
  const { projectId, actor, change } = of;
  await deps.ledger.db.transaction(async (tx) => {
    const [row] = await tx
      .select({ version: table.version })
      .from(table)
      .where(eq(table.projectId, projectId))
      .for("update");
    const current = row?.version ?? 0;
    if (current !== change.version)
      throw new Problem(409, "The rules have changed", {
        detail: `You have version ${change.version}; version ${current} is current.`,
        current: await readRules(tx, projectId),
      });
    const set = {
      rules: change.rules,
      version: current + 1,
      updatedAt: deps.now(),
      updatedBy: actor,
    };
    await tx
      .insert(table)
      .values({ projectId, ...set })
      .onConflictDoUpdate({ target: table.projectId, set });
  });
  return readRules(deps.ledger.db, projectId);
}

const EVENTS_TRIED = 20_000;
const SAMPLES = 5;

const triedEvent = z.object({
  eventId: z.string(),
  time: z.iso.datetime(),
  own: z.string(),
  code: z.string(),
  type: z.string(),
  message: z.string(),
  stack: z.string(),
  flow: z.string(),
  page: z.string(),
  release: z.string(),
  environment: z.string(),
});

/** What rules would have done to the latest error events of a range. They change nothing of what is stored. */
export async function tryRules(
  { warehouse }: Pick<Deps, "warehouse">,
  { projectId, range, rules }: { projectId: string; range: Range; rules: readonly GroupingRule[] },
): Promise<RuleTrial> {
  const sql = `
  SELECT event_id AS eventId, time, error_fingerprint AS own, error_code AS code, error_type AS type,
    error_message AS message, error_stack AS stack, flow, page, service_version AS release, environment
  FROM events_v1
  WHERE project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
    AND (time, event_id) IN (
      SELECT time, event_id FROM error_events_v1
      WHERE project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
      ORDER BY time DESC LIMIT ${EVENTS_TRIED + 1})
  ORDER BY time DESC, event_id LIMIT 1 BY event_id`;
  const params = { project: projectId, ...range };
  const events = await warehouse.query({ name: "try-rules", sql, params, row: triedEvent });
  return summarise(events.slice(0, EVENTS_TRIED), { rules, isCut: events.length > EVENTS_TRIED });
}

function summarise(
  events: z.infer<typeof triedEvent>[],
  { rules, isCut }: { rules: readonly GroupingRule[]; isCut: boolean },
): RuleTrial {
  const find = compileRules(rules);
  const met = rules.map(() => ({
    events: 0,
    before: new Set<string>(),
    after: new Set<string>(),
    samples: [] as RuleTrial["rules"][number]["samples"],
  }));
  for (const event of events) {
    const found = find(event satisfies RuledFacts);
    const rule = found && met[found.rule];
    if (rule === undefined) continue;
    const fingerprint = event.own === "" ? fingerprintOf(event).fingerprint : event.own;
    rule.events += 1;
    rule.before.add(fingerprint);
    rule.after.add(found?.fingerprint ?? "");
    const { eventId, time, type, flow } = event;
    const message = event.message.slice(0, 300);
    if (rule.samples.length < SAMPLES) rule.samples.push({ eventId, time, type, message, flow, fingerprint });
  }
  return {
    events: events.length,
    isCut,
    rules: met.map(({ before, after, ...rule }) => ({
      ...rule,
      groupsBefore: before.size,
      groupsAfter: after.size,
    })),
  };
}
