-- One row is one link: events under `alias_id` may be those of the user `user_id`. A sign-in links the installation that an
-- event of a user came from (its session, when it names no installation); an alias links the id that a user had before.
-- Keys are sipHash64 of the ids, as judged_errors has them, and read five times as fast. The sort key serves "which users
-- has this id"; its granules are small, because a report looks up the ids it met, which lie all over the table.
CREATE TABLE IF NOT EXISTS {database}.identities_v1 {on_cluster}
(
    project_id   LowCardinality(String),
    link         Enum8('sign_in' = 1, 'alias' = 2),
    alias_key    UInt64,
    user_key     UInt64,
    alias_id     SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
    user_id      SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
    first_linked SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
    last_linked  SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))
)
ENGINE = {engine:AggregatingMergeTree}
ORDER BY (project_id, link, alias_key, user_key)
SETTINGS {insert_settings}, index_granularity = 512;

{distributed:identities_v1:alias_key}

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.sign_ins_mv_v1 {on_cluster} TO {database}.identities_v1{local} AS
SELECT project_id, 'sign_in' AS link, sipHash64(alias) AS alias_key, sipHash64(user) AS user_key, any(alias) AS alias_id,
    any(user) AS user_id, min(time) AS first_linked, max(time) AS last_linked
FROM
(
    SELECT project_id, time, user_id AS user, if(installation_id != '', installation_id, session_id) AS alias
    FROM {database}.events_v1{local} WHERE user_id != '' AND alias NOT IN ('', user_id)
)
GROUP BY project_id, alias_key, user_key;

-- An alias of the very id that the sign-in links says nothing new.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.aliases_mv_v1 {on_cluster} TO {database}.identities_v1{local} AS
SELECT project_id, 'alias' AS link, sipHash64(alias) AS alias_key, sipHash64(user) AS user_key, any(alias) AS alias_id,
    any(user) AS user_id, min(time) AS first_linked, max(time) AS last_linked
FROM
(
    SELECT project_id, time, user_id AS user, attributes['vox.previous_id'] AS alias
    FROM {database}.events_v1{local} WHERE event_name = 'vox.identified' AND user_id != ''
        AND alias NOT IN ('', user_id, if(installation_id != '', installation_id, session_id))
)
GROUP BY project_id, alias_key, user_key;

-- Events stored before this migration; safe to repeat, because min, max and any do not change when a row is met twice.
INSERT INTO {database}.identities_v1
SELECT project_id, 'sign_in' AS link, sipHash64(alias) AS alias_key, sipHash64(user) AS user_key, any(alias) AS alias_id,
    any(user) AS user_id, min(time) AS first_linked, max(time) AS last_linked
FROM
(
    SELECT project_id, time, user_id AS user, if(installation_id != '', installation_id, session_id) AS alias
    FROM {database}.events_v1 WHERE user_id != '' AND alias NOT IN ('', user_id)
)
GROUP BY project_id, alias_key, user_key;

INSERT INTO {database}.identities_v1
SELECT project_id, 'alias' AS link, sipHash64(alias) AS alias_key, sipHash64(user) AS user_key, any(alias) AS alias_id,
    any(user) AS user_id, min(time) AS first_linked, max(time) AS last_linked
FROM
(
    SELECT project_id, time, user_id AS user, attributes['vox.previous_id'] AS alias
    FROM {database}.events_v1 WHERE event_name = 'vox.identified' AND user_id != ''
        AND alias NOT IN ('', user_id, if(installation_id != '', installation_id, session_id))
)
GROUP BY project_id, alias_key, user_key;

-- Only an event without a user can be under an id that a sign-in linked. A row that does not tell is looked up.
ALTER TABLE {database}.error_events_v1{local} {on_cluster} ADD COLUMN IF NOT EXISTS is_anonymous Bool DEFAULT true;

ALTER TABLE {database}.error_events_v1 {on_cluster} ADD COLUMN IF NOT EXISTS is_anonymous Bool DEFAULT true;

ALTER TABLE {database}.transaction_events_v1{local} {on_cluster} ADD COLUMN IF NOT EXISTS is_anonymous Bool DEFAULT true;

ALTER TABLE {database}.transaction_events_v1 {on_cluster} ADD COLUMN IF NOT EXISTS is_anonymous Bool DEFAULT true;

-- What blocked means is told in src/judged-errors.ts now: by customers who may have several ids.
DROP VIEW IF EXISTS {database}.judged_errors_v1 {on_cluster};
