-- Voices from elsewhere (reviews, tickets, what employees and experts say) are told by where they are from, and keep what else
-- was said of them. Those of the app's own events have an empty source.
ALTER TABLE {database}.voices_v1{local} {on_cluster}
    ADD COLUMN IF NOT EXISTS source LowCardinality(String),
    ADD COLUMN IF NOT EXISTS external_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS attributes Map(LowCardinality(String), String) CODEC(ZSTD(1));

ALTER TABLE {database}.voices_v1 {on_cluster}
    ADD COLUMN IF NOT EXISTS source LowCardinality(String),
    ADD COLUMN IF NOT EXISTS external_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS attributes Map(LowCardinality(String), String) CODEC(ZSTD(1));

-- One row is one imported voice as it was read last: what a row of a file is compared with, so that the same content is stored
-- once and other content replaces it. voice_key is made of source and external id; import_id and row say where it stood.
-- The sort key serves "which of these are there already, and with what content".
CREATE TABLE IF NOT EXISTS {database}.imported_voices_v1 {on_cluster}
(
    project_id   LowCardinality(String),
    voice_key    UUID CODEC(NONE),
    content_hash FixedString(16) CODEC(NONE),
    time         DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    import_id    UUID CODEC(ZSTD(1)),
    row          UInt32 CODEC(ZSTD(1)),
    imported_at  DateTime64(3, 'UTC') CODEC(ZSTD(1))
)
ENGINE = {engine:ReplacingMergeTree:imported_at}
ORDER BY (project_id, voice_key)
SETTINGS {insert_settings};

{distributed:imported_voices_v1:cityHash64(voice_key)}
