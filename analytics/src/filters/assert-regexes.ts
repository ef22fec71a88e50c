import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import { toConditions, type EventWhere } from "./event-filter.ts";

const nothing = z.object({});

/** Refuses a regular expression that the engine, who is to run it, does not compile; `field` is where the conditions stand. */
export async function assertRegexes(
  warehouse: Warehouse,
  where: EventWhere | undefined,
  field: string,
): Promise<void> {
  for (const [index, one] of toConditions(where ?? []).entries()) {
    if (one.operator !== "regex") continue;
    const sql = "SELECT match('', {regex: String}) AS matched";
    try {
      await warehouse.query({ name: "compile-regex", sql, params: { regex: one.value }, row: nothing });
    } catch (error) {
      if (!(error instanceof Error && "type" in error && error.type === "CANNOT_COMPILE_REGEXP")) throw error;
      const detail = `${field}.${index}.value: is not a regular expression of RE2`;
      throw new Problem(400, "Invalid request", { detail });
    }
  }
}
