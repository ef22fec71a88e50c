import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";

/** Where reading stopped: after the event `eventId` that the warehouse got at `storedAt`. */
export const inboxPosition = z.object({ storedAt: z.iso.datetime(), eventId: z.string() });
export type InboxPosition = z.infer<typeof inboxPosition>;

export const INBOX_START: InboxPosition = { storedAt: new Date(0).toISOString(), eventId: "" };

const inboxEvent = z.object({
  storedAt: z.iso.datetime(),
  projectId: z.string(),
  time: z.iso.datetime(),
  eventId: z.string(),
  customerId: z.string(),
  sessionId: z.string(),
  surveyId: z.string(),
  surveyKind: z.string(),
  score: z.number().nullable(),
  comment: z.string(),
  flow: z.string(),
  page: z.string(),
  release: z.string(),
  channel: z.string(),
});
export type InboxEvent = z.infer<typeof inboxEvent>;

/**
 * Events with something to score after a position, in the order the warehouse got them, without those scored already. An
 * event without a time of its own that is sent again up to a week later has another time, and is the same voice.
 */
export function readInbox(warehouse: Warehouse, after: InboxPosition, limit: number): Promise<InboxEvent[]> {
  return warehouse.query({
    name: "voices.inbox",
    sql: `
      WITH waiting AS
      (
          SELECT * FROM voice_events_v1
          WHERE stored_at >= {storedAt: DateTime64(3, 'UTC')}
              AND (stored_at, event_id) > ({storedAt: DateTime64(3, 'UTC')}, {eventId: String})
      )
      SELECT stored_at AS storedAt, project_id AS projectId, time, event_id AS eventId, customer_id AS customerId,
          session_id AS sessionId, survey_id AS surveyId, survey_kind AS surveyKind, score, comment, flow, page,
          service_version AS release, channel
      FROM waiting
      WHERE (project_id, event_id) GLOBAL NOT IN
      (
          SELECT project_id, voice_id FROM voices_v1
          WHERE time >= (SELECT min(time) FROM waiting) - INTERVAL 7 DAY AND time <= (SELECT max(time) FROM waiting)
              AND voice_id IN (SELECT event_id FROM waiting)
      )
      ORDER BY stored_at, event_id
      LIMIT 1 BY project_id, event_id
      LIMIT {limit: UInt32}`,
    params: { storedAt: new Date(after.storedAt), eventId: after.eventId, limit },
    row: inboxEvent,
  });
}
