import { z } from "zod";
import type { Warehouse } from "./warehouse.ts";

/** What a project's ids are linked by: nothing, sign-ins, or aliases too. Each needs more SQL than the one before. */
export type Links = "none" | "sign_in" | "alias";

/** What links a project has; asked before a report, so that a project without links pays for none. */
export async function linksOf(warehouse: Warehouse, projectId: string): Promise<Links> {
  const sql = `
  SELECT link FROM identities_v1 WHERE project_id = {project: String}
  ORDER BY project_id DESC, link DESC LIMIT 1`;
  const row = z.object({ link: z.enum(["sign_in", "alias"]) });
  const [last] = await warehouse.query({ name: "links-of", sql, params: { project: projectId }, row });
  return last?.link ?? "none";
}

/** An id under which more users signed in is a shared device: a branch's tablet, an agent's terminal. */
const MOST_USERS = 5;
/** Links that are followed from an alias; with the sign-in before it a chain has one more. */
const MOST_HOPS = 5;

/** The time and the user of a link in one number: who is first, and of two at the same millisecond always the same one. */
const POSITION = "bitShiftLeft(toUInt128(toUnixTimestamp64Milli(first_linked)), 64) + user_key";

const firstUsers = (keys: string) => `
  SELECT alias_key, argMin(user_key, ${POSITION}) AS first_key, argMin(user_id, ${POSITION}) AS first_id
  FROM identities_v1 WHERE project_id = {project: String} AND alias_key IN (${keys})
  GROUP BY alias_key HAVING uniqUpTo(${MOST_USERS})(user_key) <= ${MOST_USERS}`;

const ALIASES = "SELECT alias_key FROM identities_v1 WHERE project_id = {project: String} AND link = 'alias'";

/** Whether a row with an `own_key` can be under a linked id; `anonymous` says that no user had signed in. */
export const mayBeLinked = (anonymous: string, links: Links) =>
  links === "alias" ? `(${anonymous} OR own_key IN (${ALIASES}))` : anonymous;

/** The aliases of a project as three constant lists, in which `transform` looks a row up without a join. */
const RENAMED = `(
  SELECT (groupArray(alias_key), groupArray(first_key), groupArray(first_id)) FROM (${firstUsers(ALIASES)})
) AS renamed`;

/**
 * Of each id, the users that its links lead to, one after the other; past the end the last is repeated. Links in a circle
 * never end: then the last was there before, and the smallest since is the one that stands for all.
 */
const followed = (keys: string) => `
  WITH ${RENAMED}, arrayFold(
    (chain, hop) -> arrayPushBack(chain, transform(chain[-1], renamed.1, renamed.2, chain[-1])),
    range(${MOST_HOPS}), [alias_key, first_key]) AS chain
  SELECT alias_key, if(transform(first_key, renamed.1, renamed.2, 0) != 0, arrayMin(arraySlice(chain, indexOf(chain, chain[-1]))), first_key) AS customer_key,
    if(customer_key = first_key, first_id, transform(customer_key, renamed.2, renamed.3, '')) AS customer_id
  FROM (${firstUsers(`${keys} UNION ALL ${ALIASES}`)})`;

const unfollowed = (keys: string) =>
  `SELECT alias_key, first_key AS customer_key, first_id AS customer_id FROM (${firstUsers(keys)})`;

/** The key of the id that an event was stored with; 0 for nobody. */
export const OWN_KEY = "if(customer_id = '', 0, sipHash64(customer_id))";

/**
 * Rows, given as a SELECT, with the `customer_id` they belong to instead of the one that they were stored with, and with
 * `customer_key`, its sipHash64, which is counted three times as fast as text (0: nobody); to stand after FROM. Only ids
 * that occur in the rows are looked up, and of these only rows that are `anonymous`, a condition, can be linked by a
 * sign-in. The caller binds {project}.
 */
export function ofCustomers(rows: string, links: Links, anonymous = "true"): string {
  if (links === "none") return `(SELECT *, ${OWN_KEY} AS customer_key FROM (${rows}))`;
  return `(
  SELECT stored.* EXCEPT (customer_id, own_key),
    if(linked.customer_key = 0, stored.customer_id, linked.customer_id) AS customer_id, ${LINKED_OR_OWN} AS customer_key
  FROM (SELECT *, ${OWN_KEY} AS own_key FROM (${rows})) AS stored
  ${joinLinked(`SELECT ${OWN_KEY} FROM (${rows}) WHERE ${anonymous}`, links)})`;
}

/** What a report counts: a customer, whole under whatever ids, or a session. */
export type Unit = "customer" | "session";

/**
 * Rows, given as a SELECT with ids and `is_anonymous`, with the `unit` they are counted under: a 64-bit hash, which is
 * grouped faster than text. Rows of no unit are left out. To stand after FROM.
 */
export function ofUnits(rows: string, unit: Unit, links: Links): string {
  if (unit === "session")
    return `(SELECT *, sipHash64(session_id) AS unit FROM (${rows}) WHERE session_id != '')`;
  return `(SELECT *, customer_key AS unit FROM ${ofCustomers(rows, links, "is_anonymous")} WHERE unit != 0)`;
}

/** The same of rows that have only an `own_key`: a few distinct ones are resolved faster than each event they are from. */
export function ofKeys(rows: string, links: Links, anonymous = "true"): string {
  if (links === "none") return `(SELECT *, own_key AS customer_key FROM (${rows}))`;
  return `(
  SELECT stored.*, ${LINKED_OR_OWN} AS customer_key FROM (${rows}) AS stored
  ${joinLinked(`SELECT own_key FROM (${rows}) WHERE ${anonymous}`, links)})`;
}

const LINKED_OR_OWN = "if(linked.customer_key = 0, stored.own_key, linked.customer_key)";

/** Joins rows named `rows` with what their `own_key`, which are among `keys`, a SELECT, are linked to, as `linked`. */
export function joinLinked(keys: string, links: Links, rows = "stored"): string {
  const linked = links === "alias" ? followed(keys) : unfollowed(keys);
  return `LEFT ANY JOIN (${linked}) AS linked ON linked.alias_key = ${rows}.own_key`;
}
