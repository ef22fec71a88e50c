import { GROUPED_ERRORS, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";

/** One thing that a customer did around an error. */
export const pathEvent = z.object({
  eventId: z.string(),
  time: z.iso.datetime(),
  event: z.string(),
  page: z.string(),
  flow: z.string(),
  step: z.string(),
  outcome: z.string(),
  /** The error's code, else its type; empty of what is no error. */
  error: z.string(),
});

export const errorPath = z.object({
  /** In the order of their times; the sample is among them. */
  items: z.array(pathEvent),
  /** There was more before, or after, than is told. */
  isCutBefore: z.boolean(),
  isCutAfter: z.boolean(),
});
export type ErrorPath = z.infer<typeof errorPath>;

export interface PathQuestion {
  projectId: string;
  fingerprint: string;
  eventId: string;
  /** Of the sample. */
  time: Date;
}

const AROUND_MINUTES = 15;
const MOST_EACH_SIDE = 40;

/**
 * What the customer of a sample did in the quarter of an hour before and after it, under the id of the sample and those that
 * the sample itself carries. Undefined when the group has no such event at that time.
 */
export async function findPath(warehouse: Warehouse, question: PathQuestion): Promise<ErrorPath | undefined> {
  const { projectId, fingerprint, eventId, time } = question;
  const rows = await warehouse.query({
    name: "error-path",
    sql: PATH,
    params: { project: projectId, fingerprint, event: eventId, time },
    row: pathEvent,
  });
  const at = rows.findIndex((row) => row.eventId === eventId);
  if (at === -1) return undefined;
  const [from, to] = [Math.max(0, at - MOST_EACH_SIDE), at + MOST_EACH_SIDE + 1];
  return { items: rows.slice(from, to), isCutBefore: from > 0, isCutAfter: to < rows.length };
}

/** One row more each way says that there are more. Both sides are found by their distance from the sample. */
const PATH = `
  WITH sample AS (
    SELECT arrayFilter(id -> id != '', [customer_id, user_id, installation_id]) AS ids FROM events_v1
    WHERE project_id = {project: String} AND time = {time: DateTime64(3, 'UTC')} AND event_id = {event: String}
      AND (time, event_id) IN (
        SELECT time, event_id FROM ${GROUPED_ERRORS}
        WHERE project_id = {project: String} AND time = {time: DateTime64(3, 'UTC')} AND fingerprint = {fingerprint: String})
    LIMIT 1
  )
  SELECT eventId, time, event, page, flow, step, outcome, error FROM (
    SELECT * FROM (
      SELECT event_id AS eventId, time, event_name AS event, page, flow, step, outcome,
        if(error_code != '', error_code, error_type) AS error, time > {time: DateTime64(3, 'UTC')} AS is_after
      FROM events_v1
      WHERE project_id = {project: String}
        AND time >= {time: DateTime64(3, 'UTC')} - toIntervalMinute(${AROUND_MINUTES})
        AND time <= {time: DateTime64(3, 'UTC')} + toIntervalMinute(${AROUND_MINUTES})
        AND customer_id IN (SELECT arrayJoin(ids) FROM sample)
      ORDER BY eventId LIMIT 1 BY eventId
    )
    ORDER BY eventId = {event: String} DESC, abs(toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli({time: DateTime64(3, 'UTC')})), eventId
    LIMIT ${MOST_EACH_SIDE + 2} BY is_after
  )
  ORDER BY time, eventId`;
