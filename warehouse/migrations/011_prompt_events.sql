-- One row is one thing that a customer met or did with guidance or a survey. They are few among all events; the sort key
-- serves "all that was told of this guidance, of this survey, in a time range".
CREATE TABLE IF NOT EXISTS {database}.prompt_events_v1 {on_cluster}
(
    project_id   LowCardinality(String),
    prompt_id    LowCardinality(String),
    time         DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    event_id     String CODEC(ZSTD(1)),
    event_name   LowCardinality(String),
    customer_id  String CODEC(ZSTD(1)),
    is_anonymous Bool,
    version      UInt32,
    action       LowCardinality(String),
    flow         LowCardinality(String),
    language     LowCardinality(String),
    question     LowCardinality(String),
    is_partial   Bool,
    survey_kind  LowCardinality(String),
    score        Nullable(Float32),
    comment      String CODEC(ZSTD(1))
)
ENGINE = {engine:ReplacingMergeTree}
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, prompt_id, time, event_id)
SETTINGS {insert_settings};

{distributed:prompt_events_v1:cityHash64(customer_id)}

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.prompt_events_mv_v1 {on_cluster} TO {database}.prompt_events_v1{local} AS
SELECT project_id, if(event_name = 'vox.guidance', attributes['vox.guidance.id'], survey_id) AS prompt_id, time, event_id, event_name,
    customer_id, user_id = '' AS is_anonymous,
    toUInt32OrZero(if(event_name = 'vox.guidance', attributes['vox.guidance.version'], attributes['vox.survey.version'])) AS version,
    attributes['vox.guidance.action'] AS action, flow, attributes['vox.prompt.language'] AS language,
    attributes['vox.survey.question'] AS question, attributes['vox.survey.partial'] = 'true' AS is_partial,
    survey_kind, score, comment
FROM {database}.events_v1{local}
WHERE event_name IN ('vox.guidance', 'vox.survey.shown', 'vox.survey.answered', 'vox.survey.dismissed') AND prompt_id != '';

-- Events stored before this migration; safe to repeat, because equal rows become one.
INSERT INTO {database}.prompt_events_v1
SELECT project_id, if(event_name = 'vox.guidance', attributes['vox.guidance.id'], survey_id) AS prompt_id, time, event_id, event_name,
    customer_id, user_id = '' AS is_anonymous,
    toUInt32OrZero(if(event_name = 'vox.guidance', attributes['vox.guidance.version'], attributes['vox.survey.version'])) AS version,
    attributes['vox.guidance.action'] AS action, flow, attributes['vox.prompt.language'] AS language,
    attributes['vox.survey.question'] AS question, attributes['vox.survey.partial'] = 'true' AS is_partial,
    survey_kind, score, comment
FROM {database}.events_v1
WHERE event_name IN ('vox.guidance', 'vox.survey.shown', 'vox.survey.answered', 'vox.survey.dismissed') AND prompt_id != '';
