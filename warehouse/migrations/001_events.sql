-- One row is one event as the collector stored it. The sort key serves "all events of one name in a time range", keeps a
-- customer's events together within a quarter of an hour, which makes their ids and attributes compress to a third, and
-- makes a retried event (same uid, name, customer and time) collapse into one at merge: the copy that arrived first, since
-- arrival orders events of the same millisecond and must not change when parts merge.
CREATE TABLE IF NOT EXISTS {database}.events_v1 {on_cluster}
(
    project_id          LowCardinality(String),
    event_name          LowCardinality(String),
    time                DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    received_at         DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    event_id            String CODEC(ZSTD(1)),
    customer_id         String CODEC(ZSTD(3)),
    user_id             String CODEC(ZSTD(3)),
    installation_id     String CODEC(ZSTD(1)),
    session_id          String CODEC(ZSTD(1)),
    service_name        LowCardinality(String),
    service_version     LowCardinality(String),
    environment         LowCardinality(String),
    channel             LowCardinality(String),
    audience            LowCardinality(String),
    os_name             LowCardinality(String),
    region              LowCardinality(String),
    page                LowCardinality(String),
    flow                LowCardinality(String),
    transaction_id      String CODEC(ZSTD(1)),
    step                LowCardinality(String),
    outcome             LowCardinality(String),
    error_code          LowCardinality(String),
    error_type          LowCardinality(String),
    error_message       String CODEC(ZSTD(1)),
    error_stack         String CODEC(ZSTD(1)),
    survey_id           LowCardinality(String),
    survey_kind         LowCardinality(String),
    score               Nullable(Float32),
    comment             String CODEC(ZSTD(1)),
    attributes          Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    trace_id            String CODEC(ZSTD(1)),
    span_id             String CODEC(ZSTD(1)),
    -- The higher, the earlier: a ReplacingMergeTree keeps the highest version.
    arrival_version     UInt64 MATERIALIZED 4102444800000 - toUnixTimestamp64Milli(received_at) CODEC(ZSTD(1))
)
ENGINE = {engine:ReplacingMergeTree:arrival_version}
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, event_name, toStartOfFifteenMinutes(time), customer_id, time, event_id)
SETTINGS {insert_settings}{map_settings};

{distributed:events_v1:cityHash64(customer_id)}
