export { activityOf, activityOfEvents } from "./activity.ts";
export type { Progress } from "./answering.ts";
export { linksOf, ofCustomers, ofKeys, ofUnits, OWN_KEY, type Links } from "./customers.ts";
export type { EventRow } from "./event-row.ts";
export { type ErrorFacts, fingerprintOf, type Grouping } from "./grouping/fingerprint.ts";
export type { Exception, Frame } from "./grouping/frame.ts";
export {
  compileRules,
  groupingRule,
  groupingRules,
  type GroupingRule,
  RULE_PROPERTIES,
  type RuledFacts,
  RULES_MAX,
} from "./grouping/rules.ts";
export { GROUPED_ERRORS, GROUPED_RELEASES } from "./groups.ts";
export { normaliseMessage } from "./grouping/message.ts";
export { parseStack, type Stack } from "./grouping/parse-stack.ts";
export type { Remembered } from "./memory.ts";
export { judgedErrors, storedErrors } from "./judged-errors.ts";
export { listMigrations } from "./migrate.ts";
export { renderMigration, splitStatements, type WarehouseLayout } from "./template.ts";
export { createRedactor, type Redactor } from "./redact/redact.ts";
export { hasSecretName } from "./redact/names.ts";
export type { RedactionRule } from "./redact/rules.ts";
export { judgedKeys, settledOf, settledParams, settleHours, type Settled } from "./settled.ts";
export { openWarehouse, type Query, type Warehouse, type WarehouseOptions } from "./warehouse.ts";
export { type Block, readBlock } from "./native/block-reader.ts";
export { NotABlock } from "./native/byte-reader.ts";
export { decodeEvents } from "./native/decode-events.ts";
export { encodeEvents } from "./native/encode-events.ts";
export { TooManyBytes } from "./native/byte-writer.ts";
export { emptyEvent, type NewEvent, type TextColumn } from "./native/event-columns.ts";
export { type EventBlock, mergeBlocks, mergeInSteps } from "./native/merge-blocks.ts";
