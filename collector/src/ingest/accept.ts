import { randomUUID } from "node:crypto";
import type { Counters } from "../counters.ts";
import { type FindKey, KeysUnavailable } from "../keys/cache.ts";
import type { WriteKeyGrant } from "../keys/grant.ts";
import { LimitExceeded, type Limits } from "../limits/limits.ts";
import type { Logger } from "../logger.ts";
import type { GroupingPolicy } from "../policy/open.ts";
import type { RedactionRule } from "@voxloop/warehouse";
import type { Reports } from "../reports/reports.ts";
import { reportRefused, reportRows } from "../reports/request.ts";
import { SpoolFullError, SpoolWriteError } from "../spool/spool.ts";
import type { Bodies } from "./bodies.ts";
import { pageUserAgent } from "./bots.ts";
import { compressionOf } from "./body.ts";
import { assertMaySend, authenticate, type Caller, type KeyedRequest, refuseOverLimit } from "./caller.ts";
import type { Converter } from "./converter.ts";
import type { Format } from "./formats.ts";
import type { Arrival } from "./gather.ts";
import { QUIET } from "./record.ts";
import { Refused } from "./refused.ts";
import type { Problem } from "./rows.ts";

export interface IngestDeps {
  /** Resolves when the events are on disk. */
  store: (arrival: Arrival) => Promise<void>;
  findKey: FindKey;
  findPolicy: (projectId: string) => Promise<GroupingPolicy>;
  limits: Limits;
  counters: Counters;
  bodies: Bodies;
  converter: Converter;
  reports: Reports;
  now: () => Date;
  log: Logger;
}

export interface Intake extends KeyedRequest {
  /** Undefined when the content type names none that the route takes. */
  format: Format | undefined;
  /** What the route takes, for the sender of another content type. */
  takes: string;
}

export interface Accepted {
  /** Records that are on disk. */
  rows: number;
  /** What is wrong with others, by index over the whole request; some are dropped without a word. */
  problems: Problem[];
  /** Header fields of the answer, whatever its protocol. */
  headers: Record<string, string>;
}

/**
 * The one way in, for every protocol: authenticates, reads, converts, redacts, and resolves when the events are on disk.
 * Whatever stands against the whole request is given as a Refused and counted; nothing is thrown.
 */
export async function accept(deps: IngestDeps, intake: Intake): Promise<Accepted | Refused> {
  const caller: { known?: Caller } = {};
  try {
    caller.known = await authenticate(deps, intake);
    return await takeIn(deps, intake, caller.known);
  } catch (error) {
    const refused = toRefused(error);
    deps.counters.rejected[refused.reason] += 1;
    if (caller.known !== undefined) reportRefused(deps.reports.add, caller.known.sender, refused);
    if (refused.reason === "internal") deps.log.error({ error }, "a request failed");
    return refused;
  }
}

async function takeIn(deps: IngestDeps, intake: Intake, caller: Caller): Promise<Accepted> {
  const { request, format, takes } = intake;
  const { sender, grant } = caller;
  const { project } = sender;
  assertMaySend(deps.limits, grant, request);
  if (format === undefined) throw new Refused("unsupported", `the content type is not one of ${takes}`);
  const compression = compressionOf(request.headers.get("content-encoding"));
  const body = caller.body ?? (await deps.bodies.read(request));
  const receivedAt = deps.now();
  const batch = randomUUID();
  const policy = await deps.findPolicy(project);
  const userAgent = pageUserAgent(request.headers);
  const known = { project, environments: grant.environments, receivedAt, batch, userAgent, policy };
  const converted = await deps.converter.convert({ ...known, body, compression, format });
  const { content, rows, problems } = converted;
  if (rows > 0) await keep(deps, grant, { content, rows, at: receivedAt.getTime() });
  deps.counters.accepted += rows;
  deps.counters.bots += converted.bots;
  for (const { rejection } of problems) deps.counters.rejected[rejection] += 1;
  for (const [rule, count] of Object.entries(converted.redacted))
    deps.counters.redacted[rule as RedactionRule] += count;
  reportRows(deps.reports.add, sender, converted);
  const named = problems.filter(({ rejection }) => !QUIET.has(rejection));
  return { rows, problems: named, headers: deps.limits.headers(grant) };
}

/** Counts the events against the limits, and resolves when they are on disk. */
async function keep(
  { limits, store }: IngestDeps,
  grant: WriteKeyGrant,
  { rows, ...arrival }: Arrival & { rows: number },
): Promise<void> {
  limits.take(grant, rows);
  try {
    await store(arrival);
  } catch (error) {
    limits.giveBack(grant, rows);
    throw error;
  }
}

function toRefused(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const cause = { cause: error };
  if (error instanceof LimitExceeded) return refuseOverLimit(error);
  if (error instanceof KeysUnavailable) return new Refused("unavailable", error.message, cause);
  if (error instanceof SpoolFullError) return new Refused("spool_full", error.message, cause);
  if (error instanceof SpoolWriteError)
    return new Refused("unavailable", "the spool cannot be written", cause);
  return new Refused("internal", "internal error", cause);
}
