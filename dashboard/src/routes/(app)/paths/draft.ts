import type { PathsQuery } from "@voxloop/analytics/shapes";

/** A question about paths as the form and the address have it. */
export interface Draft {
  direction: PathsQuery["direction"];
  kind: "event" | "page";
  anchor: string;
  by: PathsQuery["by"];
  depth: number;
  /** Percent. */
  minShare: number;
  unit: PathsQuery["unit"];
  /** "" means none. */
  goal: string;
}

export const DEFAULT: Readonly<Draft> = {
  direction: "from",
  kind: "event",
  anchor: "session.start",
  by: "page",
  depth: 4,
  minShare: 5,
  unit: "session",
  goal: "",
};
export const MOST_DEPTH = 10;

/** What the address asks for; whatever cannot be asked is as by default. */
export function draftOf(search: Pick<URLSearchParams, "get">): Draft {
  const oneOf = <K extends "direction" | "kind" | "by" | "unit">(key: K, other: Draft[K]): Draft[K] =>
    search.get(key) === other ? other : DEFAULT[key];
  const numberOf = (key: "depth" | "minShare", least: number, most: number) => {
    const given = Number(search.get(key) ?? Number.NaN);
    return given >= least && given <= most ? given : DEFAULT[key];
  };
  return {
    direction: oneOf("direction", "to"),
    kind: oneOf("kind", "page"),
    anchor: search.get("anchor")?.trim() || DEFAULT.anchor,
    by: oneOf("by", "event"),
    depth: Math.round(numberOf("depth", 1, MOST_DEPTH)),
    minShare: numberOf("minShare", 0, 100),
    unit: oneOf("unit", "customer"),
    goal: search.get("goal")?.trim() ?? "",
  };
}

/** The draft as the address has it: only what is not as by default. */
export function toSearch(draft: Draft): Record<keyof Draft, string | undefined> {
  const said = (key: keyof Draft) => {
    const value = String(draft[key]).trim();
    return value === String(DEFAULT[key]) ? undefined : value;
  };
  return {
    direction: said("direction"),
    kind: said("kind"),
    anchor: said("anchor"),
    by: said("by"),
    depth: said("depth"),
    minShare: said("minShare"),
    unit: said("unit"),
    goal: said("goal"),
  };
}

export function toQuestion(draft: Draft, times: { from: string; to: string }): PathsQuery {
  const { direction, kind, anchor, by, depth, unit, goal } = draft;
  return {
    anchor: kind === "event" ? { event: anchor } : { page: anchor },
    direction,
    by,
    depth,
    minShare: draft.minShare / 100,
    collapse: true,
    unit,
    // What led to something was before it, and a goal comes after it.
    ...(goal !== "" && direction === "from" && { goal }),
    ...times,
  };
}
