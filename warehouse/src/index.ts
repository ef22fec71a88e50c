export type { EventRow } from "./event-row.ts";
export { listMigrations } from "./migrate.ts";
export { renderMigration, splitStatements, type WarehouseLayout } from "./template.ts";
export { openWarehouse, type Query, type Warehouse, type WarehouseOptions } from "./warehouse.ts";
export { type Block, NotABlock, readBlock } from "./native/block-reader.ts";
export { decodeEvents } from "./native/decode-events.ts";
export { encodeEvents } from "./native/encode-events.ts";
export type { NewEvent, TextColumn } from "./native/event-columns.ts";
export { type EventBlock, mergeBlocks } from "./native/merge-blocks.ts";
