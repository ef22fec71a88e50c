import { differenceEvidence, ratioEvidence, type Evidence, type Stratum } from "../stats/sequential-ratio.ts";
import type { CELLS, CellRow } from "./arms-query.ts";
import type { Arm } from "./issue.ts";

/** A verification may change between its two designs from look to look; each has half of the 5 % that both may err. */
export const ALPHA = 0.05 / 2;

/** Two groups side by side after the release; `before`, when known, has the same two groups before it. */
export interface Comparison {
  now: Stratum[];
  before: Stratum[] | null;
}

type Cell = (typeof CELLS)[number];

/** Customers on the fixed release against everybody before it. */
export function beforeAfter(cells: readonly CellRow[]): Comparison {
  const now = strataOf(cells, ["after"], ["before_after", "before_control", "before_gone"]);
  return { now, before: null };
}

/** Customers on the fixed release against those on older ones at the same time. */
export function sideBySide(cells: readonly CellRow[]): Comparison {
  return { now: strataOf(cells, ["after"], ["control"]), before: null };
}

/** The same, less what the two groups differed in already before the release. */
export function differenceInDifferences(cells: readonly CellRow[]): Comparison {
  return { ...sideBySide(cells), before: strataOf(cells, ["past_after"], ["past_control"]) };
}

export function evidenceOf({ now, before }: Comparison): Evidence {
  return before === null ? ratioEvidence(now) : differenceEvidence(now, before);
}

/** Two groups of cells side by side, a stratum a period. */
function strataOf(cells: readonly CellRow[], group: readonly Cell[], reference: readonly Cell[]): Stratum[] {
  const strata = new Map<number, Stratum>();
  for (const { cell, period, atRisk, blocked } of cells) {
    if (period < 0) continue;
    const stratum = strata.get(period) ?? { atRisk: 0, events: 0, referenceAtRisk: 0, referenceEvents: 0 };
    strata.set(period, stratum);
    if (group.includes(cell)) {
      stratum.atRisk += atRisk;
      stratum.events += blocked;
    } else if (reference.includes(cell)) {
      stratum.referenceAtRisk += atRisk;
      stratum.referenceEvents += blocked;
    }
  }
  return [...strata.values()];
}

/** Customers of cells over the whole time. */
export function armOf(cells: readonly CellRow[], ...of: readonly Cell[]): Arm {
  const rows = cells.filter(({ cell, period }) => period < 0 && of.includes(cell));
  const customers = rows.reduce((sum, row) => sum + row.atRisk, 0);
  const blocked = rows.reduce((sum, row) => sum + row.blocked, 0);
  return { customers, blocked, rate: customers === 0 ? null : blocked / customers };
}
