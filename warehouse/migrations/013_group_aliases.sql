-- One row is one fingerprint that belongs to another group than its own: it was merged into it. The latest row of a fingerprint
-- counts; one that names itself was taken out again. Events keep the fingerprint they were stored with, so that this can be.
-- The sort key serves "all that a project has merged", of which there are hundreds.
CREATE TABLE IF NOT EXISTS {database}.group_aliases_v1 {on_cluster}
(
    project_id        LowCardinality(String),
    fingerprint       String CODEC(ZSTD(1)),
    group_fingerprint String CODEC(ZSTD(1)),
    -- Of the ledger, which has the truth: of two writes the one that knows more wins, whichever comes last.
    revision          UInt64
)
ENGINE = {engine:ReplacingMergeTree:revision}
ORDER BY (project_id, fingerprint)
SETTINGS {insert_settings};

{distributed:group_aliases_v1:cityHash64(fingerprint)}
