import type { Cell } from "./cell.ts";
import { addUp, estimateOf, weigh, type PartEstimate, type Tally } from "./estimate.ts";
import type { Driver, Part, Weights } from "./experience-index.ts";

/** Kinds of a part told by themselves: those with the most units at both times. */
const MOST_KEYS = 50;

interface Kind {
  key: string;
  now: PartEstimate;
  before: PartEstimate;
  /** Its part of all units, 0 to 1. */
  shareNow: number;
  shareBefore: number;
  /** Points; of a time without any, those of the other: all it changes is then the mix. */
  rateNow: number;
  rateBefore: number;
}

/**
 * Why the index changed, exactly: what each part weighs times its change, and that change by its kinds (the flows of success,
 * the measures of speed, ...) as rate and mix, each at the mean of both times of the other: Kitagawa, "Components of a
 * difference between two rates", Journal of the American Statistical Association 50, 1955.
 */
export function driversOf(now: readonly Cell[], before: readonly Cell[], shares: Weights): Driver[] {
  const parts = Object.entries(shares).filter(([, share]) => share > 0) as [Part, number][];
  return parts
    .flatMap(([part, share]) => driversOfPart(part, share, kindsOf(part, now, before)))
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points));
}

function driversOfPart(part: Part, share: number, kinds: readonly Kind[]): Driver[] {
  const whole = (pick: (kind: Kind) => number) => kinds.reduce((sum, kind) => sum + pick(kind), 0);
  const meanRate =
    (whole((kind) => kind.shareNow * kind.rateNow) + whole((kind) => kind.shareBefore * kind.rateBefore)) / 2;
  const rates = kinds.map((kind) => rateDriver(part, share, kind));
  if (kinds.length < 2) return rates;
  const mix = whole(
    (kind) => (kind.shareNow - kind.shareBefore) * ((kind.rateNow + kind.rateBefore) / 2 - meanRate),
  );
  const units = { now: whole(({ now }) => now.units), before: whole(({ before }) => before.units) };
  return [
    ...rates,
    {
      part,
      effect: "mix",
      key: "",
      points: share * mix,
      low: null,
      high: null,
      now: { value: whole((kind) => kind.shareNow * kind.rateNow), units: units.now },
      before: { value: whole((kind) => kind.shareBefore * kind.rateBefore), units: units.before },
    },
  ];
}

function rateDriver(part: Part, share: number, kind: Kind): Driver {
  const weight = (share * (kind.shareNow + kind.shareBefore)) / 2;
  const { now, before } = kind;
  const isKnown = now.value !== null && before.value !== null && !now.tooFew && !before.tooFew;
  const terms = isKnown
    ? [
        { weight, of: now },
        { weight: -weight, of: before },
      ]
    : [];
  const change = weigh(terms);
  return {
    part,
    effect: "rate",
    key: kind.key,
    points: weight * (kind.rateNow - kind.rateBefore),
    low: change?.low ?? null,
    high: change?.high ?? null,
    now: { value: now.value, units: now.units },
    before: { value: before.value, units: before.units },
  };
}

function kindsOf(part: Part, now: readonly Cell[], before: readonly Cell[]): Kind[] {
  const [own, past] = [now, before].map((cells) => cells.filter((cell) => cell.part === part)) as [
    Cell[],
    Cell[],
  ];
  const kept = mostOf([...own, ...past]);
  const folded = (cells: readonly Cell[]) => Map.groupBy(cells, ({ key }) => (kept.has(key) ? key : ""));
  const [byKey, byKeyBefore] = [folded(own), folded(past)];
  const all = { now: unitsOf(addUp(own)), before: unitsOf(addUp(past)) };
  return [...new Set([...byKey.keys(), ...byKeyBefore.keys()])].map((key) => {
    const estimateNow = estimateOf(part, addUp(byKey.get(key) ?? []));
    const estimateBefore = estimateOf(part, addUp(byKeyBefore.get(key) ?? []));
    return {
      key,
      now: estimateNow,
      before: estimateBefore,
      shareNow: estimateNow.units / all.now,
      shareBefore: estimateBefore.units / all.before,
      rateNow: estimateNow.value ?? estimateBefore.value ?? 0,
      rateBefore: estimateBefore.value ?? estimateNow.value ?? 0,
    };
  });
}

function mostOf(cells: readonly Cell[]): Set<string> {
  const byUnits = [...Map.groupBy(cells, ({ key }) => key)]
    .map(([key, of]) => ({ key, units: unitsOf(addUp(of)) }))
    .toSorted((a, b) => b.units - a.units || (a.key < b.key ? -1 : 1));
  return new Set(byUnits.slice(0, MOST_KEYS).map(({ key }) => key));
}

const unitsOf = ({ zero, half, full }: Tally) => zero + half + full;
