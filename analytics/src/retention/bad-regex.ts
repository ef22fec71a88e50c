import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { EventFilter } from "../filters/event-filter.ts";
import { Problem } from "../http/problem.ts";

/** Refuses (400) filters, by the names of their fields, that hold a regular expression which the engine cannot compile. */
export async function refuseBadRegexes(
  warehouse: Warehouse,
  filters: Record<string, EventFilter>,
): Promise<void> {
  for (const [field, { where }] of Object.entries(filters)) {
    if (!Array.isArray(where)) continue;
    for (const [at, one] of where.entries()) {
      if (one.operator === "regex" && !(await compiles(warehouse, one.value)))
        throw new Problem(400, "Invalid request", {
          detail: `${field}.where.${at}.value: is no regular expression of RE2`,
        });
    }
  }
}

/** Only the engine knows what it can compile. */
async function compiles(warehouse: Warehouse, regex: string): Promise<boolean> {
  const sql = "SELECT match('', {regex: String}) AS matched";
  try {
    await warehouse.query({ name: "compile-regex", sql, params: { regex }, row });
    return true;
  } catch (error) {
    if (String(error).includes("cannot compile re2")) return false;
    throw error;
  }
}

const row = z.object({ matched: z.number() });
