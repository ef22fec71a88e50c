-- What is chosen from a list is counted by its survey; its id is no comment, and says nothing about sentiment.
ALTER TABLE {database}.voice_events_mv_v1 {on_cluster} MODIFY QUERY
SELECT now64(3, 'UTC') AS stored_at, project_id, time, event_id, customer_id, session_id, survey_id, survey_kind, score,
    comment, flow, page, service_version, channel
FROM {database}.events_v1{local}
WHERE (event_name = 'vox.survey.answered' OR comment != '') AND survey_kind != 'choice';
