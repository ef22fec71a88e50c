export type { EventRow } from "./event-row.ts";
export { listMigrations } from "./migrate.ts";
export { renderMigration, splitStatements, type WarehouseLayout } from "./template.ts";
export { openWarehouse, type Query, type Warehouse, type WarehouseOptions } from "./warehouse.ts";
