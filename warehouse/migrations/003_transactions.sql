-- One row is one end or start of a transaction. The sort key serves "did this customer succeed in this flow after t".
CREATE TABLE IF NOT EXISTS {database}.transaction_events_v1 {on_cluster}
(
    project_id      LowCardinality(String),
    flow            LowCardinality(String),
    customer_id     String CODEC(ZSTD(1)),
    time            DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    event_id        String CODEC(ZSTD(1)),
    transaction_id  String CODEC(ZSTD(1)),
    outcome         LowCardinality(String),
    session_id      String CODEC(ZSTD(1)),
    service_version LowCardinality(String),
    environment     LowCardinality(String),
    channel         LowCardinality(String),
    audience        LowCardinality(String),
    is_anonymous    Bool DEFAULT true
)
ENGINE = {engine:ReplacingMergeTree}
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, flow, customer_id, time, event_id)
SETTINGS {insert_settings};

{distributed:transaction_events_v1:cityHash64(customer_id)}

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.transaction_events_mv_v1 {on_cluster} TO {database}.transaction_events_v1{local} AS
SELECT project_id, flow, customer_id, time, event_id, transaction_id, outcome, session_id, service_version, environment, channel, audience,
    user_id = '' AS is_anonymous
FROM {database}.events_v1{local}
WHERE event_name = 'vox.transaction' AND flow != '';
