import type { z } from "zod";
import type { severity } from "./issue.ts";

export type Severity = z.infer<typeof severity>;

/** Severity by customers blocked in 24 h, for who does not say one. */
export function severityOf(blockedCustomers: number): Severity {
  if (blockedCustomers >= 500) return "critical";
  if (blockedCustomers >= 50) return "high";
  return blockedCustomers >= 10 ? "medium" : "low";
}

const DAY_MS = 86_400_000;
const DUE_DAYS: Record<Severity, number> = { critical: 1, high: 3, medium: 10, low: 30 };

/** When an issue of this severity shall be solved. */
export function dueAt(severity: Severity, from: Date): Date {
  return new Date(from.getTime() + DUE_DAYS[severity] * DAY_MS);
}
