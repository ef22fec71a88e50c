-- One row is one error event from {since} (included) to {until} (excluded), with `blocked` and the `attempt` it belongs
-- to. A success of the same flow by the same customer in (time, time + recovery seconds] makes up for an error; one at the
-- very millisecond of the error was there before it. Errors outside flows, or of nobody, cannot be made up for and do not
-- block. A retried event is two rows until parts merge: count distinct event_id, attempt and customer_id.
CREATE VIEW IF NOT EXISTS {database}.judged_errors_v1 {on_cluster} AS
SELECT e.project_id AS project_id, e.time AS time, e.fingerprint AS fingerprint, e.event_id AS event_id,
    e.customer_id AS customer_id, e.session_id AS session_id, e.flow AS flow, e.step AS step, e.page AS page,
    e.error_code AS error_code, e.error_type AS error_type, e.title AS title, e.service_name AS service_name,
    e.service_version AS service_version, e.environment AS environment, e.channel AS channel, e.audience AS audience,
    e.os_name AS os_name,
    (e.flow, e.customer_id, e.transaction_id = '', if(e.transaction_id = '', e.event_id, e.transaction_id)) AS attempt,
    e.flow != '' AND e.customer_id != ''
        AND NOT (s.time > e.time AND s.time <= e.time + toIntervalSecond({recovery: UInt32})) AS blocked
FROM
(
    SELECT * FROM {database}.error_events_v1
    WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
) AS e
ASOF LEFT JOIN
(
    SELECT flow, customer_id, time FROM {database}.transaction_events_v1
    WHERE project_id = {project: String} AND outcome = 'succeeded' AND time > {since: DateTime64(3, 'UTC')}
        AND time < {until: DateTime64(3, 'UTC')} + toIntervalSecond({recovery: UInt32})
        AND (flow, customer_id) IN
        (
            SELECT flow, customer_id FROM {database}.error_events_v1
            WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')}
                AND time < {until: DateTime64(3, 'UTC')} AND flow != ''
        )
) AS s ON e.flow = s.flow AND e.customer_id = s.customer_id AND e.time < s.time;
