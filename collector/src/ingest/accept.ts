import { randomUUID } from "node:crypto";
import type { Counters } from "../counters.ts";
import { KeysUnavailable, readWriteKey } from "../keys.ts";
import type { Logger } from "../logger.ts";
import type { RedactionRule } from "../redact/rules.ts";
import type { Reports } from "../reports/reports.ts";
import { hintOfKey, reportRefused, reportRows, type Sender } from "../reports/request.ts";
import { type Spool, SpoolFullError, SpoolWriteError } from "../spool/spool.ts";
import { compressionOf, readBody } from "./body.ts";
import type { Problem } from "./convert.ts";
import type { Converter } from "./converter.ts";
import type { Format } from "./formats.ts";
import { Refused } from "./refused.ts";

export interface IngestDeps {
  spool: Spool;
  findProject: (key: string) => Promise<string | undefined>;
  counters: Counters;
  converter: Converter;
  reports: Reports;
  now: () => Date;
  log: Logger;
}

export interface Intake {
  request: Request;
  /** Undefined when the content type names none that the route takes. */
  format: Format | undefined;
  /** What the route takes, for the sender of another content type. */
  takes: string;
  /** The key, where a protocol has a place of its own for it. */
  keyOf?: ((body: Uint8Array) => string | undefined) | undefined;
}

export interface Accepted {
  /** Records that are on disk. */
  rows: number;
  /** What is wrong with the others, by index over the whole request. */
  problems: Problem[];
}

/**
 * The one way in, for every protocol: authenticates, reads, converts, redacts, and resolves when the events are on disk.
 * Whatever stands against the whole request is given as a Refused and counted; nothing is thrown.
 */
export async function accept(deps: IngestDeps, intake: Intake): Promise<Accepted | Refused> {
  const sender: { known?: Sender } = {};
  try {
    sender.known = await authenticate(deps, intake.request);
    return await takeIn(deps, intake, sender.known);
  } catch (error) {
    const refused = toRefused(error);
    deps.counters.rejected[refused.reason] += 1;
    if (sender.known !== undefined) reportRefused(deps.reports.add, sender.known, refused);
    if (refused.reason === "internal") deps.log.error({ error }, "a request failed");
    return refused;
  }
}

async function takeIn(deps: IngestDeps, intake: Intake, sender: Sender): Promise<Accepted> {
  const { request, format, takes } = intake;
  const { project } = sender;
  if (format === undefined) throw new Refused("unsupported", `the content type is not one of ${takes}`);
  const compression = compressionOf(request.headers.get("content-encoding"));
  const body = await readBody(request);
  const receivedAt = deps.now();
  const batch = randomUUID();
  const known = { project, receivedAt, batch };
  const converted = await deps.converter.convert({ ...known, body, compression, format });
  const { block, rows, problems } = converted;
  if (rows > 0)
    await deps.spool.append({ header: { project, batch, at: receivedAt.getTime(), rows }, block });
  deps.counters.accepted += rows;
  deps.counters.rejected.invalid_record += problems.length;
  for (const [rule, count] of Object.entries(converted.redacted))
    deps.counters.redacted[rule as RedactionRule] += count;
  reportRows(deps.reports.add, sender, converted);
  return { rows, problems };
}

async function authenticate(deps: IngestDeps, request: Request): Promise<Sender> {
  const inAddress = new URL(request.url).searchParams.get("key") ?? undefined;
  const key = readWriteKey(request.headers, inAddress);
  if (key === undefined || key === "")
    throw new Refused(
      "unauthorized",
      "no write key: send it as Authorization: Bearer, x-voxloop-key or ?key=",
    );
  const project = await deps.findProject(key);
  if (project === undefined) throw new Refused("unauthorized", "the write key is not valid");
  return { project, keyHint: hintOfKey(key) };
}

function toRefused(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const cause = { cause: error };
  if (error instanceof KeysUnavailable) return new Refused("unavailable", error.message, cause);
  if (error instanceof SpoolFullError) return new Refused("spool_full", error.message, cause);
  if (error instanceof SpoolWriteError)
    return new Refused("unavailable", "the spool cannot be written", cause);
  return new Refused("internal", "internal error", cause);
}
