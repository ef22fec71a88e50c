export { findGroupingPolicy, type StoredPolicy } from "./grouping-policy.ts";
export { openLedger, type Ledger, type LedgerDatabase, type LedgerOptions } from "./ledger.ts";
export { writeOutbox, type LedgerWriter } from "./outbox.ts";
export { findPublishedConfig, storePublishedConfig, type PublishedConfig } from "./published-config.ts";
export { declaredReleases, recordRelease, releaseOrder, type DeclaredRelease } from "./releases.ts";
export * as schema from "./schema/index.ts";
export { hashSecret, hintOf, newSecret } from "./secrets.ts";
export {
  createWriteKey,
  findWriteKey,
  insertWriteKey,
  type EventLimits,
  type NewWriteKey,
  type WriteKeyGrant,
} from "./write-keys.ts";
