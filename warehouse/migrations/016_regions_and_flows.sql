-- Errors and who was active can be told by region. Those stored before have none ("").
ALTER TABLE {database}.error_events_v1{local} {on_cluster} ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER os_name;

ALTER TABLE {database}.error_events_v1 {on_cluster} ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER os_name;

ALTER TABLE {database}.error_events_mv_v2 {on_cluster} MODIFY QUERY
WITH
    if(error_type != '', error_type, if(error_message != '', 'Error', event_name)) AS kind,
    replaceRegexpAll(
        replaceRegexpAll(
            replaceRegexpAll(error_message, '"[^"]*"|\'[^\']*\'|“[^”]*”|「[^」]*」', '*'),
            '(?i)\\b(?:0x)?[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}\\b', '*'),
        '[0-9０-９]+', '*') AS normalised_message,
    replaceRegexpAll(arrayStringConcat(arraySlice(splitByChar('\n', error_stack), 2, 2), '\n'), '[0-9]+|https?://[^/ ]+|\\?[^:) ]*', '') AS top_frames,
    lower(hex(sipHash128(if(error_code != '',
        concat('1|code|', flow, '|', error_code),
        concat('1|type|', kind, '|', if(top_frames != '', top_frames, normalised_message)))))) AS first_fingerprint
SELECT
    project_id,
    time,
    if(error_fingerprint = '' OR (project_id, first_fingerprint) IN (SELECT project_id, fingerprint FROM {database}.kept_groups_v1),
        first_fingerprint, error_fingerprint) AS fingerprint,
    event_id,
    customer_id,
    session_id,
    flow,
    transaction_id,
    step,
    page,
    error_code,
    kind AS error_type,
    if(error_message != '', error_message, if(error_code != '', error_code, kind)) AS title,
    service_name,
    service_version,
    environment,
    channel,
    audience,
    os_name,
    region,
    user_id = '' AS is_anonymous,
    error_fingerprint AS own_fingerprint
FROM {database}.events_v1{local}
WHERE error_code != '' OR error_type != '';

ALTER TABLE {database}.settled_errors_v1{local} {on_cluster} ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER os_name;

ALTER TABLE {database}.settled_errors_v1 {on_cluster} ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER os_name;

ALTER TABLE {database}.activity_v1{local} {on_cluster} ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER os_name,
    MODIFY ORDER BY (project_id, hour, own_key, session_key, is_anonymous, has_error, service_version, environment, channel, audience, os_name, region);

ALTER TABLE {database}.activity_v1 {on_cluster} ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER os_name;

ALTER TABLE {database}.activity_mv_v1 {on_cluster} MODIFY QUERY
SELECT DISTINCT project_id, toStartOfHour(toDateTime(time, 'UTC')) AS hour, if(customer_id = '', 0, sipHash64(customer_id)) AS own_key,
    if(session_id = '', 0, sipHash64(session_id)) AS session_key, user_id = '' AS is_anonymous,
    error_code != '' OR error_type != '' AS has_error, service_version, environment, channel, audience, os_name, region
FROM {database}.events_v1{local};

-- One row is one customer's session in one hour in one flow, likewise. The sort key serves "who was active in these flows", which
-- is what an error's customers are compared with: of a bank's events one in a hundred is in a given flow.
CREATE TABLE IF NOT EXISTS {database}.flow_activity_v1 {on_cluster}
(
    project_id      LowCardinality(String),
    flow            LowCardinality(String),
    hour            DateTime('UTC') CODEC(Delta, ZSTD(1)),
    own_key         UInt64 CODEC(NONE),
    session_key     UInt64 CODEC(NONE),
    is_anonymous    Bool,
    service_version LowCardinality(String),
    environment     LowCardinality(String),
    channel         LowCardinality(String),
    audience        LowCardinality(String),
    os_name         LowCardinality(String),
    region          LowCardinality(String)
)
ENGINE = {engine:ReplacingMergeTree}
PARTITION BY toYYYYMM(hour)
ORDER BY (project_id, flow, hour, own_key, session_key, is_anonymous, service_version, environment, channel, audience, os_name, region)
SETTINGS {insert_settings};

{distributed:flow_activity_v1:own_key}

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.flow_activity_mv_v1 {on_cluster} TO {database}.flow_activity_v1{local} AS
SELECT DISTINCT project_id, flow, toStartOfHour(toDateTime(time, 'UTC')) AS hour, if(customer_id = '', 0, sipHash64(customer_id)) AS own_key,
    if(session_id = '', 0, sipHash64(session_id)) AS session_key, user_id = '' AS is_anonymous, service_version, environment, channel,
    audience, os_name, region
FROM {database}.events_v1{local} WHERE flow != '';

-- Events stored before this migration; safe to repeat, because equal rows become one.
INSERT INTO {database}.flow_activity_v1
SELECT DISTINCT project_id, flow, toStartOfHour(toDateTime(time, 'UTC')) AS hour, if(customer_id = '', 0, sipHash64(customer_id)) AS own_key,
    if(session_id = '', 0, sipHash64(session_id)) AS session_key, user_id = '' AS is_anonymous, service_version, environment, channel,
    audience, os_name, region
FROM {database}.events_v1 WHERE flow != '';
