-- One row is one event that says something (a survey answer, or any event with a comment), waiting to be scored into
-- voices_v1. stored_at is when the warehouse got it, so that an event drained late is still met by who reads on from
-- where they stopped: received_at would hide it behind events that overtook it. The sort key serves that reading.
CREATE TABLE IF NOT EXISTS {database}.voice_events_v1 {on_cluster}
(
    stored_at       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    project_id      LowCardinality(String),
    time            DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    event_id        String CODEC(ZSTD(1)),
    customer_id     String CODEC(ZSTD(1)),
    session_id      String CODEC(ZSTD(1)),
    survey_id       LowCardinality(String),
    survey_kind     LowCardinality(String),
    score           Nullable(Float32),
    comment         String CODEC(ZSTD(1)),
    flow            LowCardinality(String),
    page            LowCardinality(String),
    service_version LowCardinality(String),
    channel         LowCardinality(String)
)
ENGINE = {engine:MergeTree}
PARTITION BY toYYYYMM(stored_at)
ORDER BY (stored_at, event_id)
TTL toDateTime(stored_at) + INTERVAL 90 DAY
SETTINGS {insert_settings};

{distributed:voice_events_v1:cityHash64(customer_id)}

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.voice_events_mv_v1 {on_cluster} TO {database}.voice_events_v1{local} AS
SELECT now64(3, 'UTC') AS stored_at, project_id, time, event_id, customer_id, session_id, survey_id, survey_kind, score,
    comment, flow, page, service_version, channel
FROM {database}.events_v1{local}
WHERE event_name = 'vox.survey.answered' OR comment != '';
