import type { Warehouse } from "@voxloop/warehouse";

export const DAYS = 14;
const DAY_MS = 86_400_000;
const SESSION_EVENTS = 25;

/**
 * Fills an empty warehouse with simulated events of the 14 days before `end` of the project `default`, made by the engine itself: sessions of 25 events, a
 * million customers of whom some come every day, one in ten sessions anonymous until a sign-in, 12 flows, 3,000 error groups
 * and 10,000 pages, all with a long tail. Of the events 3.3 % are errors and 11 % of transactions, most of which succeed.
 */
export async function simulate(
  warehouse: Warehouse,
  { events, end, told }: { events: number; end: Date; told: (day: number) => void },
): Promise<void> {
  const perDay = Math.ceil(events / DAYS / SESSION_EVENTS) * SESSION_EVENTS;
  for (let day = 0; day < DAYS; day += 1) {
    const start = new Date(end.getTime() - (DAYS - day) * DAY_MS);
    await warehouse.command(INSERT, { start, offset: day * perDay, count: perDay });
    told(day + 1);
  }
}

/** A number from 0 to 1 that a seed always gives, the nearer to 0 the more often the higher the power. */
const skewed = (seed: string, power: number) => `pow(sipHash64(${seed}) / 18446744073709551616, ${power})`;

const INSERT = `
INSERT INTO events_v1 (project_id, event_name, time, received_at, event_id, customer_id, user_id, installation_id, session_id,
  service_name, service_version, environment, channel, audience, os_name, region, page, flow, transaction_id, outcome,
  error_code, error_type, error_message, error_fingerprint)
WITH
  intDiv(number, ${SESSION_EVENTS}) AS session, number % ${SESSION_EVENTS} AS at,
  sipHash64(session, 'chance') AS chance, chance % 100 AS luck,
  toUInt32(${skewed("session, 'customer'", 1.6)} * 1000000) AS customer,
  toUInt32(${skewed("session, 'group'", 3)} * 3000) AS kind,
  -- The first half of an anonymous session is before the sign-in.
  intDiv(chance, 100) % 10 = 0 AND at < 12 AS is_nobody,
  at = 14 AND luck < 25 AS is_failed, at = 10 AND luck < 58 AS is_thrown,
  at IN (6, 20) AND (at = 6 OR luck >= 15) AS is_other_transaction
SELECT
  'default' AS project_id,
  multiIf(at = 0, 'session.start', is_failed OR is_other_transaction, 'vox.transaction', is_thrown, 'exception', 'vox.page.viewed') AS event_name,
  -- Sessions begin all day long, most at noon; an event is 8 s after the one before.
  {start: DateTime64(3, 'UTC')} + toIntervalMillisecond(toUInt32((${skewed("session, 'a'", 1)} + ${skewed("session, 'b'", 1)}) / 2 * 86000000)) + toIntervalSecond(at * 8) AS time,
  time AS received_at,
  concat('e', hex(number), hex(chance)) AS event_id,
  if(is_nobody, installation_id, user_id) AS customer_id,
  if(is_nobody, '', concat('user-', toString(customer))) AS user_id,
  concat('install-', lower(hex(sipHash64(customer, 'device')))) AS installation_id,
  lower(hex(sipHash64(session, 'session'))) AS session_id,
  'bank' AS service_name,
  concat('8.', toString(intDiv(number, {count: UInt64}) % 5), '.', toString(luck % 3)) AS service_version,
  'production' AS environment,
  arrayElement(['app', 'app', 'app', 'wechat', 'web'], luck % 5 + 1) AS channel,
  if(luck % 7 = 0, 'care', 'standard') AS audience,
  arrayElement(['Android', 'iOS', 'HarmonyOS', 'Windows'], customer % 4 + 1) AS os_name,
  concat('CN-', toString(customer % 31)) AS region,
  -- Five times in a session from the start page down a tree to one of its 10,000 leaves.
  concat('/', arrayElement(['home', 'section', 'group', 'list', 'page'], (at + 4) % 5 + 1), '-',
    toString(intDiv(toUInt32(${skewed("session, intDiv(at + 4, 5), 'page'", 3)} * 10000), toUInt32(exp10(4 - (at + 4) % 5))))) AS page,
  if(event_name IN ('vox.transaction', 'exception'), concat('flow-', toString(kind % 12)), '') AS flow,
  if(event_name = 'vox.transaction', hex(session), '') AS transaction_id,
  multiIf(is_failed, 'failed', event_name != 'vox.transaction', '', at = 6, 'started', 'succeeded') AS outcome,
  if(is_failed, concat('E', toString(1000 + kind)), '') AS error_code,
  if(is_thrown, 'TypeError', '') AS error_type,
  if(is_failed OR is_thrown, concat('it failed in ', toString(kind)), '') AS error_message,
  if(is_failed OR is_thrown, lower(hex(sipHash128(kind, is_failed))), '') AS error_fingerprint
FROM numbers({offset: UInt64}, {count: UInt64})`;
