import type { CellRow } from "./arms-query.ts";
import type { VerificationPlan } from "./issue.ts";

/** What one look has seen, and when. */
export interface Observation {
  cells: readonly CellRow[];
  plan: VerificationPlan;
  at: Date;
  /** Days of the time after that are compared, and of the time before. */
  afterDays: number;
  beforeDays: number;
  isWindowOver: boolean;
  /** For the reason: what was released, and the flow. */
  version: string;
  flow: string;
}
