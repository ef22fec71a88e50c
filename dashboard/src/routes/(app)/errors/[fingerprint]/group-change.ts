import type { GroupChange } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";
import { m } from "#paraglide/messages.js";

/** What was decided about a group, in words. */
export function sayChange({ kind, data }: GroupChange, format: Format): string {
  const number = (name: string) => format.integer(Number(data[name] ?? 0));
  switch (kind) {
    case "merged":
      return m.change_merged({ n: format.integer(Object.values(data["from"] ?? {}).flat().length) });
    case "unmerged":
      return m.change_unmerged();
    case "archived":
      return sayArchive(String(data["until"]), number("customers"));
    case "listed":
      if ("busiestDay" in data)
        return m.change_escalated({ n: number("customers"), before: number("busiestDay") });
      return "of" in data ? m.change_reached({ n: number("customers") }) : m.change_listed();
    case "discarded":
      return m.change_discarded();
    case "exported":
      return m.change_exported();
    case "kept":
      return m.change_kept();
  }
}

/** Until when a group is archived. */
export function sayArchive(until: string, customers: string): string {
  if (until === "customers") return m.archived_until_customers({ n: customers });
  return until === "escalates" ? m.archived_until_escalates() : m.archived_forever();
}
