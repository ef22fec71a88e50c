/**
 * What a person would write for seven days and one period, without what makes our answer right: customers with several ids,
 * retried events, the period before, names and sparklines.
 */
export const BY_HAND: Record<string, string> = {
  "Top-50 of 7 d, blocked customers alone": `
    WITH successes AS (
      SELECT cityHash64(flow, customer_id) AS k, groupArray(time) AS times FROM transaction_events_v1
      WHERE project_id = 'default' AND outcome = 'succeeded' AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')} + 1800
      GROUP BY k
    )
    SELECT fingerprint, uniqExact(customer) AS blocked FROM (
      SELECT fingerprint, cityHash64(customer_id) AS customer, time, cityHash64(flow, customer_id) AS k FROM error_events_v1
      WHERE project_id = 'default' AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')} AND flow != ''
    ) AS e LEFT JOIN successes AS s ON s.k = e.k
    WHERE NOT arrayExists(t -> t > time AND t <= time + 1800, times)
    GROUP BY fingerprint ORDER BY blocked DESC LIMIT 50`,
};
