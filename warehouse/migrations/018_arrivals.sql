-- One row is how many events of one hour have come in, in one insert until parts merge: what an answer that is given again is held
-- against, so that late events are seen at once. The sort key serves "all of a project until an hour", a row an hour.
CREATE TABLE IF NOT EXISTS {database}.arrivals_v1 {on_cluster}
(
    project_id LowCardinality(String),
    hour       DateTime('UTC') CODEC(Delta, ZSTD(1)),
    events     UInt64
)
ENGINE = {engine:SummingMergeTree}
ORDER BY (project_id, hour)
SETTINGS {insert_settings};

{distributed:arrivals_v1:cityHash64(hour)}

-- Events from before this migration are in no count: what matters is that it grows.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.arrivals_mv_v1 {on_cluster} TO {database}.arrivals_v1{local} AS
SELECT project_id, toStartOfHour(toDateTime(time, 'UTC')) AS hour, count() AS events
FROM {database}.events_v1{local} GROUP BY project_id, hour;
