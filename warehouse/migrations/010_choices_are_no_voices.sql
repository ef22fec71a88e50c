-- What is chosen from a list is counted by its survey; its id is no comment, and says nothing about sentiment. A new view
-- before the old one goes: an event may be met by both, and is scored once, by its id. MODIFY QUERY would do, but after it a
-- batch that is sent again past a restart is stored twice: its part of the deduplication token is another one.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.voice_events_mv_v2 {on_cluster} TO {database}.voice_events_v1{local} AS
SELECT now64(3, 'UTC') AS stored_at, project_id, time, event_id, customer_id, session_id, survey_id, survey_kind, score,
    comment, flow, page, service_version, channel
FROM {database}.events_v1{local}
WHERE (event_name = 'vox.survey.answered' OR comment != '') AND survey_kind != 'choice';

DROP VIEW IF EXISTS {database}.voice_events_mv_v1 {on_cluster};
