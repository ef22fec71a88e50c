-- One row is one customer's session in one hour, on one release, channel and so on. Events are many times as many, and who was
-- active, on what and in how many sessions, is asked by every report. The sort key serves a range of whole hours.
CREATE TABLE IF NOT EXISTS {database}.activity_v1 {on_cluster}
(
    project_id      LowCardinality(String),
    hour            DateTime('UTC') CODEC(Delta, ZSTD(1)),
    own_key         UInt64 CODEC(NONE),
    session_key     UInt64 CODEC(NONE),
    is_anonymous    Bool,
    has_error       Bool,
    service_version LowCardinality(String),
    environment     LowCardinality(String),
    channel         LowCardinality(String),
    audience        LowCardinality(String),
    os_name         LowCardinality(String)
)
ENGINE = {engine:ReplacingMergeTree}
PARTITION BY toYYYYMM(hour)
ORDER BY (project_id, hour, own_key, session_key, is_anonymous, has_error, service_version, environment, channel, audience, os_name)
SETTINGS {insert_settings};

{distributed:activity_v1:own_key}

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.activity_mv_v1 {on_cluster} TO {database}.activity_v1{local} AS
SELECT DISTINCT project_id, toStartOfHour(toDateTime(time, 'UTC')) AS hour, if(customer_id = '', 0, sipHash64(customer_id)) AS own_key,
    if(session_id = '', 0, sipHash64(session_id)) AS session_key, user_id = '' AS is_anonymous,
    error_code != '' OR error_type != '' AS has_error, service_version, environment, channel, audience, os_name
FROM {database}.events_v1{local};

-- Events stored before this migration; safe to repeat, because equal rows become one.
INSERT INTO {database}.activity_v1
SELECT DISTINCT project_id, toStartOfHour(toDateTime(time, 'UTC')) AS hour, if(customer_id = '', 0, sipHash64(customer_id)) AS own_key,
    if(session_id = '', 0, sipHash64(session_id)) AS session_key, user_id = '' AS is_anonymous,
    error_code != '' OR error_type != '' AS has_error, service_version, environment, channel, audience, os_name
FROM {database}.events_v1;
