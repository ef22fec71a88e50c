-- One row is what one collector met of one kind in ten seconds: events accepted from one app, requests or records
-- rejected for one reason (with one redacted sample), values redacted by one rule. It serves "does my app's data arrive,
-- and if not, why": the sort key serves one kind of a project in a time range.
CREATE TABLE IF NOT EXISTS {database}.ingest_reports_v1 {on_cluster}
(
    project_id      LowCardinality(String),
    kind            LowCardinality(String),
    time            DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    last_at         DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    reason          LowCardinality(String),
    detail          String CODEC(ZSTD(1)),
    sample          String CODEC(ZSTD(1)),
    key_hint        LowCardinality(String),
    service_name    LowCardinality(String),
    service_version LowCardinality(String),
    sdk_name        LowCardinality(String),
    sdk_version     LowCardinality(String),
    collector       LowCardinality(String),
    count           UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = {engine:MergeTree}
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, kind, time, reason)
TTL toDateTime(time) + INTERVAL 30 DAY
SETTINGS {insert_settings};

{distributed:ingest_reports_v1:rand()}

-- The live tail asks each second for what arrived since: without it, every granule of the project would be read.
ALTER TABLE {database}.events_v1{local} {on_cluster} ADD INDEX IF NOT EXISTS received_minmax received_at TYPE minmax GRANULARITY 1;

-- For the parts that are there already, in the background.
ALTER TABLE {database}.events_v1{local} {on_cluster} MATERIALIZE INDEX received_minmax;
