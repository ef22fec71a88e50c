import type { ErrorGroup } from "@voxloop/analytics/shapes";

type Named = Pick<ErrorGroup, "title" | "type" | "code" | "flow">;

/** From here on two errors read as if they were one. */
const LIKELY = 0.6;

/**
 * How alike two texts are, 0 to 1, by the pairs of characters they share (L. R. Dice, "Measures of the Amount of Ecologic
 * Association Between Species", Ecology 26, 1945), which holds for Chinese as for English. Numbers are left out.
 */
export function likeness(one: string, other: string): number {
  const [a, b] = [pairsOf(one), pairsOf(other)];
  const left = new Map<string, number>();
  for (const pair of a) left.set(pair, (left.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of b) {
    const count = left.get(pair) ?? 0;
    if (count === 0) continue;
    shared += 1;
    left.set(pair, count - 1);
  }
  return a.length + b.length === 0 ? 0 : (2 * shared) / (a.length + b.length);
}

/** The others with the most alike first; those that are likely the same are marked. */
export function bySimilarity<Group extends Named>(
  to: Named | undefined,
  others: readonly Group[],
): { group: Group; isLikely: boolean }[] {
  if (to === undefined) return others.map((group) => ({ group, isLikely: false }));
  return others
    .map((group) => ({ group, alike: alike(to, group) }))
    .toSorted((a, b) => b.alike - a.alike)
    .map(({ group, alike: score }) => ({ group, isLikely: score >= LIKELY }));
}

/** The same code in another flow, or the same words. */
function alike(one: Named, other: Named): number {
  return one.code !== "" && one.code === other.code ? 1 : likeness(one.title, other.title);
}

function pairsOf(text: string): string[] {
  const letters = Array.from(text.toLowerCase().replaceAll(/[\p{N}\p{P}\p{S}\s]+/gu, " "));
  return letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
}
