-- One row is one error group in one release and environment, over its whole life. The sort key serves "when was this
-- group first seen, and in which releases" without reading its events.
CREATE TABLE IF NOT EXISTS {database}.error_releases_v1 {on_cluster}
(
    project_id      LowCardinality(String),
    fingerprint     String CODEC(ZSTD(1)),
    environment     LowCardinality(String),
    service_version LowCardinality(String),
    first_seen      SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_seen       SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY (project_id, fingerprint, environment, service_version)
SETTINGS {insert_settings};

{distributed:error_releases_v1:cityHash64(fingerprint)}

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.error_releases_mv_v1 {on_cluster} TO {database}.error_releases_v1{local} AS
SELECT project_id, fingerprint, environment, service_version, min(time) AS first_seen, max(time) AS last_seen
FROM {database}.error_events_v1{local}
GROUP BY project_id, fingerprint, environment, service_version;

-- Events stored before this migration; safe to repeat, because min and max do not change when a row is met twice.
INSERT INTO {database}.error_releases_v1
SELECT project_id, fingerprint, environment, service_version, min(time), max(time)
FROM {database}.error_events_v1
GROUP BY project_id, fingerprint, environment, service_version;
