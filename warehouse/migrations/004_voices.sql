-- One row is one piece of feedback with its text scores; a re-scored voice is the same row with a later scored_at.
-- The sort key serves "voices of a project in a time range".
CREATE TABLE IF NOT EXISTS {database}.voices_v1 {on_cluster}
(
    project_id        LowCardinality(String),
    time              DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    voice_id          String CODEC(ZSTD(1)),
    layer             LowCardinality(String),
    customer_id       String CODEC(ZSTD(1)),
    session_id        String CODEC(ZSTD(1)),
    survey_id         LowCardinality(String),
    survey_kind       LowCardinality(String),
    score             Nullable(Float32),
    comment           String CODEC(ZSTD(1)),
    flow              LowCardinality(String),
    page              LowCardinality(String),
    service_version   LowCardinality(String),
    channel           LowCardinality(String),
    language          LowCardinality(String),
    sentiment_label   LowCardinality(String),
    sentiment_score   Nullable(Float32),
    model_version     LowCardinality(String),
    scored_at         DateTime64(3, 'UTC')
)
ENGINE = {engine:ReplacingMergeTree:scored_at}
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, time, voice_id)
SETTINGS {insert_settings};

{distributed:voices_v1:cityHash64(customer_id)}
