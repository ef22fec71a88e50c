-- One row is one error event of an hour that was judged when all its recovery windows were over. `settling` names the run that
-- wrote it: an hour is judged again when something of it comes late, and then only the rows of its latest settling count. The
-- sort key serves "errors of a time range"; what customers are counted by are keys already, which is most of the work.
CREATE TABLE IF NOT EXISTS {database}.settled_errors_v1 {on_cluster}
(
    project_id      LowCardinality(String),
    time            DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    settling        UInt64 CODEC(ZSTD(1)),
    fingerprint     LowCardinality(String),
    own_key         UInt64 CODEC(NONE),
    is_anonymous    Bool,
    session_key     UInt64 CODEC(ZSTD(1)),
    attempt_key     UInt64 CODEC(ZSTD(1)),
    blocked         Bool,
    flow            LowCardinality(String),
    step            LowCardinality(String),
    page            LowCardinality(String),
    service_version LowCardinality(String),
    environment     LowCardinality(String),
    channel         LowCardinality(String),
    audience        LowCardinality(String),
    os_name         LowCardinality(String)
)
ENGINE = {engine:MergeTree}
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, time)
TTL toDateTime(time) + INTERVAL 100 DAY
SETTINGS {insert_settings};

{distributed:settled_errors_v1:own_key}

-- One row is one hour that was judged; the highest settling of an hour counts. Written after the rows of the hour, so that an
-- hour is there whole or not at all.
CREATE TABLE IF NOT EXISTS {database}.settled_hours_v1 {on_cluster}
(
    project_id LowCardinality(String),
    hour       DateTime('UTC'),
    settling   UInt64,
    recovery   UInt32
)
ENGINE = {engine:ReplacingMergeTree:settling}
ORDER BY (project_id, hour)
TTL hour + INTERVAL 100 DAY
SETTINGS {insert_settings};

{distributed:settled_hours_v1:sipHash64(project_id)}

-- One row is one hour that one insert had errors or successes of. It serves "what was judged too early".
CREATE TABLE IF NOT EXISTS {database}.touched_hours_v1 {on_cluster}
(
    stored_at  DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    project_id LowCardinality(String),
    hour       DateTime('UTC')
)
ENGINE = {engine:MergeTree}
ORDER BY stored_at
TTL toDateTime(stored_at) + INTERVAL 7 DAY
SETTINGS {insert_settings};

{distributed:touched_hours_v1:sipHash64(project_id)}

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.touched_by_errors_mv_v1 {on_cluster} TO {database}.touched_hours_v1{local} AS
SELECT now64(3, 'UTC') AS stored_at, project_id, toStartOfHour(toDateTime(time, 'UTC')) AS hour
FROM {database}.error_events_v1{local} GROUP BY project_id, hour;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.touched_by_successes_mv_v1 {on_cluster} TO {database}.touched_hours_v1{local} AS
SELECT now64(3, 'UTC') AS stored_at, project_id, toStartOfHour(toDateTime(time, 'UTC')) AS hour
FROM {database}.transaction_events_v1{local} WHERE outcome = 'succeeded' GROUP BY project_id, hour;
