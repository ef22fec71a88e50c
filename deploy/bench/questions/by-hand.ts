/**
 * What a person would write, without what makes our answers right: customers with several ids, retried events, and of the Top-50
 * the period before, names and sparklines; of the funnel events of one millisecond, and several tries.
 */
export const BY_HAND: Record<string, string> = {
  "Top-50 of 7 d, blocked customers alone": `
    WITH successes AS (
      SELECT cityHash64(flow, customer_id) AS k, groupArray(time) AS times FROM transaction_events_v1
      WHERE project_id = 'default' AND outcome = 'succeeded' AND time >= {week: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')} + 1800
      GROUP BY k
    )
    SELECT fingerprint, uniqExact(customer) AS blocked FROM (
      SELECT fingerprint, cityHash64(customer_id) AS customer, time, cityHash64(flow, customer_id) AS k FROM error_events_v1
      WHERE project_id = 'default' AND time >= {week: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')} AND flow != ''
    ) AS e LEFT JOIN successes AS s ON s.k = e.k
    WHERE NOT arrayExists(t -> t > time AND t <= time + 1800, times)
    GROUP BY fingerprint ORDER BY blocked DESC LIMIT 50`,
  "funnel of 5 steps, 14 d, stored ids alone": `
    SELECT level, count() AS customers FROM (
      SELECT customer_id, windowFunnel(3600000)(toUInt64(toUnixTimestamp64Milli(time)), event_name = 'session.start', event_name = 'vox.page.viewed',
        event_name = 'vox.transaction' AND outcome = 'started', event_name = 'vox.page.viewed', event_name = 'vox.transaction' AND outcome = 'succeeded') AS level
      FROM events_v1
      WHERE project_id = 'default' AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
        AND event_name IN ('session.start', 'vox.page.viewed', 'vox.transaction')
      GROUP BY customer_id
    ) GROUP BY level`,
};
