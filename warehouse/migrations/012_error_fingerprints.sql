-- The collector computes the fingerprint of an error event, which needs its stack read frame by frame. "" is an event of a
-- collector from before it, or that came another way: the view below fingerprints it as version 1 did.
ALTER TABLE {database}.events_v1{local} {on_cluster} ADD COLUMN IF NOT EXISTS error_fingerprint LowCardinality(String) AFTER error_stack;

ALTER TABLE {database}.events_v1 {on_cluster} ADD COLUMN IF NOT EXISTS error_fingerprint LowCardinality(String) AFTER error_stack;

-- What the event itself is fingerprinted as, where `fingerprint` is the group that it belongs to; "" for version 1.
ALTER TABLE {database}.error_events_v1{local} {on_cluster} ADD COLUMN IF NOT EXISTS own_fingerprint LowCardinality(String);

ALTER TABLE {database}.error_events_v1 {on_cluster} ADD COLUMN IF NOT EXISTS own_fingerprint LowCardinality(String);

-- One row is one group that version 1 made. The sort key serves "is this one of them": an event that version 1 would put there
-- goes there still, so that no newer version splits what issues, guidance and people know.
CREATE TABLE IF NOT EXISTS {database}.kept_groups_v1 {on_cluster}
(
    project_id  LowCardinality(String),
    fingerprint String CODEC(ZSTD(1))
)
ENGINE = {engine:ReplacingMergeTree}
ORDER BY (project_id, fingerprint)
SETTINGS {insert_settings};

{distributed:kept_groups_v1:cityHash64(fingerprint)}

-- Safe to repeat, because equal rows become one; a fingerprint of a newer version among them is none that version 1 could give.
INSERT INTO {database}.kept_groups_v1
SELECT DISTINCT project_id, fingerprint FROM {database}.error_releases_v1;

-- While older collectors still write, they make groups of version 1.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.kept_groups_mv_v1 {on_cluster} TO {database}.kept_groups_v1{local} AS
SELECT DISTINCT project_id, fingerprint
FROM {database}.error_events_v1{local}
WHERE own_fingerprint = '';

-- In place of error_events_mv_v1, before which it is created so that no event is missed: an event that both meet comes from an
-- older collector, gets the same fingerprint from both, and its two rows become one.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.error_events_mv_v2 {on_cluster} TO {database}.error_events_v1{local} AS
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
    user_id = '' AS is_anonymous,
    error_fingerprint AS own_fingerprint
FROM {database}.events_v1{local}
WHERE error_code != '' OR error_type != '';

DROP VIEW IF EXISTS {database}.error_events_mv_v1 {on_cluster};
