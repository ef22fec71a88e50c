import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import type { Job } from "../scheduler/job.ts";
import { analyzeText, modelVersion } from "../text/sentiment.ts";
import { INBOX_START, type InboxEvent, inboxPosition, type InboxPosition, readInbox } from "./inbox.ts";

const STATE_KEY = "score-voices";
const BATCH = 1_000;
/** Inserts that run at the same time are stored in no order, and servers' clocks differ: each run looks back this far. */
const OVERLAP_MS = 5 * 60_000;

/**
 * Turns survey answers and comments into voices with language and sentiment. Safe to run twice: a voice has its event's
 * id, so that scoring it again replaces it.
 */
export const scoreVoicesJob: Job = {
  id: "score-voices",
  everyMs: 5_000,
  async run(deps) {
    const stopped = await readPosition(deps);
    let position = lookBack(stopped);
    for (;;) {
      const events = await readInbox(deps.warehouse, position, BATCH);
      const last = events.at(-1);
      if (last === undefined) return;
      const scoredAt = deps.now().toISOString();
      await deps.warehouse.insert(
        "voices_v1",
        events.map((event) => toVoiceRow(event, scoredAt)),
      );
      position = { storedAt: last.storedAt, eventId: last.eventId };
      if (position.storedAt > stopped.storedAt) await savePosition(deps, position);
      if (events.length < BATCH) return;
    }
  },
};

function lookBack(position: InboxPosition): InboxPosition {
  const since = Math.max(0, new Date(position.storedAt).getTime() - OVERLAP_MS);
  return { storedAt: new Date(since).toISOString(), eventId: "" };
}

async function readPosition(deps: Deps): Promise<InboxPosition> {
  const { jobStates } = schema;
  const [row] = await deps.ledger.db.select().from(jobStates).where(eq(jobStates.key, STATE_KEY));
  return row === undefined ? INBOX_START : inboxPosition.parse(row.value);
}

async function savePosition(deps: Deps, value: InboxPosition): Promise<void> {
  const updatedAt = deps.now();
  await deps.ledger.db
    .insert(schema.jobStates)
    .values({ key: STATE_KEY, value, updatedAt })
    .onConflictDoUpdate({ target: schema.jobStates.key, set: { value, updatedAt } });
}

function toVoiceRow(event: InboxEvent, scoredAt: string): object {
  const text = event.comment.trim() === "" ? undefined : analyzeText(event.comment);
  return {
    project_id: event.projectId,
    time: event.time,
    voice_id: event.eventId,
    layer: "customer",
    customer_id: event.customerId,
    session_id: event.sessionId,
    survey_id: event.surveyId,
    survey_kind: event.surveyKind,
    score: event.score,
    comment: event.comment,
    flow: event.flow,
    page: event.page,
    service_version: event.release,
    channel: event.channel,
    language: text?.language ?? "",
    sentiment_label: text?.sentiment.label ?? "",
    sentiment_score: text?.sentiment.score ?? null,
    model_version: modelVersion(),
    scored_at: scoredAt,
  };
}
