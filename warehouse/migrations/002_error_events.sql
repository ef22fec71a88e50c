-- One row is one error event with its fingerprint. The sort key serves "errors of a project in a time range, by group".
CREATE TABLE IF NOT EXISTS {database}.error_events_v1 {on_cluster}
(
    project_id      LowCardinality(String),
    time            DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    fingerprint     String CODEC(ZSTD(1)),
    event_id        String CODEC(ZSTD(1)),
    customer_id     String CODEC(ZSTD(1)),
    session_id      String CODEC(ZSTD(1)),
    flow            LowCardinality(String),
    transaction_id  String CODEC(ZSTD(1)),
    step            LowCardinality(String),
    page            LowCardinality(String),
    error_code      LowCardinality(String),
    error_type      LowCardinality(String),
    title           String CODEC(ZSTD(1)),
    service_name    LowCardinality(String),
    service_version LowCardinality(String),
    environment     LowCardinality(String),
    channel         LowCardinality(String),
    audience        LowCardinality(String),
    os_name         LowCardinality(String),
    is_anonymous    Bool DEFAULT true
)
ENGINE = {engine:ReplacingMergeTree}
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, time, fingerprint, event_id)
SETTINGS {insert_settings};

{distributed:error_events_v1:cityHash64(customer_id)}

-- Fingerprint, version 1: the business code scoped by its flow; else the type with the first two stack lines and the
-- message, both without numbers, hex, quoted values and URLs' ids. "1|" carries the version, so that a later algorithm
-- never collides with it.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.error_events_mv_v1 {on_cluster} TO {database}.error_events_v1{local} AS
WITH
    if(error_type != '', error_type, if(error_message != '', 'Error', event_name)) AS kind,
    replaceRegexpAll(
        replaceRegexpAll(
            replaceRegexpAll(error_message, '"[^"]*"|\'[^\']*\'|“[^”]*”|「[^」]*」', '*'),
            '(?i)\\b(?:0x)?[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}\\b', '*'),
        '[0-9０-９]+', '*') AS normalised_message,
    replaceRegexpAll(arrayStringConcat(arraySlice(splitByChar('\n', error_stack), 2, 2), '\n'), '[0-9]+|https?://[^/ ]+|\\?[^:) ]*', '') AS top_frames
SELECT
    project_id,
    time,
    lower(hex(sipHash128(if(error_code != '',
        concat('1|code|', flow, '|', error_code),
        concat('1|type|', kind, '|', if(top_frames != '', top_frames, normalised_message)))))) AS fingerprint,
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
    user_id = '' AS is_anonymous
FROM {database}.events_v1{local}
WHERE error_code != '' OR error_type != '';
