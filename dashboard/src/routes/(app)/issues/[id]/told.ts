import type { IssueEvidence, TimelineEntry } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";
import { m } from "#paraglide/messages.js";
import { CLOSE_LABELS, SEVERITY_LABELS, STATE_LABELS, VERDICT_LABELS } from "#ui/labels.ts";

export interface Told {
  what: string;
  /** Further lines: a person's words, from what to what. */
  lines: string[];
  isQuote: boolean;
}

/** What the api keeps with an entry; by kind, only some of it. */
interface Data {
  severity?: string;
  from?: string | number;
  to?: string;
  reason?: string;
  comment?: string;
  text?: string;
  release?: { version: string };
  plan?: { expectedChange: number; windowDays: number };
  changes?: Record<string, { from: string | null; to: string | null }>;
  verdict?: string;
  evidence?: Pick<IssueEvidence, "blockedCustomers" | "drop">;
}

const FIELDS: Record<string, () => string> = {
  owner: m.issue_owner,
  severity: m.issue_severity,
  dueAt: m.issue_due,
  title: m.issue_title,
};

/** One entry of the timeline in words. */
export function tell(entry: TimelineEntry, format: Format): Told {
  const data = entry.data as Data;
  switch (entry.kind) {
    case "opened":
      return told(m.tl_opened({ severity: look(SEVERITY_LABELS, data.severity) }));
    case "comment":
      return told(m.tl_comment(), [data.text], true);
    case "impact":
      return told(sayImpact(data, entry, format));
    case "verdict":
      return told(m.tl_verdict({ verdict: look(VERDICT_LABELS, data.verdict) }));
    case "changed":
      return tellChanges(data.changes ?? {}, format);
    case "transition":
      return told(sayMove(data), [sayPlan(data, format), data.comment], true);
  }
}

/** A job that looks at funnels tells of their steps, and of nothing else. */
function sayImpact({ evidence }: Data, { actor }: TimelineEntry, format: Format): string {
  const { drop } = evidence ?? {};
  if (actor !== "job:find-drops" || drop === undefined)
    return m.tl_impact({ n: format.integer(evidence?.blockedCustomers ?? 0) });
  const said = { funnel: drop.funnel, step: drop.names[0], share: format.percent(drop.observed, 1) };
  return drop.recoveredAt === null ? m.tl_fell(said) : m.tl_recovered(said);
}

function told(what: string, lines: (string | undefined)[] = [], isQuote = false): Told {
  return { what, lines: lines.filter((line): line is string => line !== undefined && line !== ""), isQuote };
}

function sayMove({ from, to, reason, release }: Data): string {
  if (to === "released" && release) return m.tl_released({ version: release.version });
  if (to === "closed" && reason) return m.tl_closed({ reason: look(CLOSE_LABELS, reason) });
  return m.tl_transition({ from: look(STATE_LABELS, String(from)), to: look(STATE_LABELS, to) });
}

function sayPlan({ plan }: Data, format: Format): string | undefined {
  if (!plan) return undefined;
  return m.tl_plan({ change: format.change(plan.expectedChange), days: format.integer(plan.windowDays) });
}

function tellChanges(changes: NonNullable<Data["changes"]>, format: Format): Told {
  const value = (field: string, given: string | null): string => {
    if (given === null) return m.none();
    if (field === "dueAt") return format.dateTime(given);
    return field === "severity" ? look(SEVERITY_LABELS, given) : given;
  };
  const entries = Object.entries(changes).map(([field, { from, to }]) => ({
    field: FIELDS[field]?.() ?? field,
    from: value(field, from),
    to: value(field, to),
  }));
  const what = m.tl_changed({ fields: entries.map(({ field }) => field).join(", ") });
  return { what, lines: entries.map((change) => m.tl_change(change)), isQuote: false };
}

function look(labels: Record<string, () => string>, key: string | undefined): string {
  return labels[key ?? ""]?.() ?? key ?? "–";
}
