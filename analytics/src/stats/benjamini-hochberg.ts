/**
 * p-values adjusted for asking many questions at a time, in the order given: calling those below 0.05 significant keeps
 * the expected share of false ones among them at 5 %. Benjamini and Hochberg, "Controlling the false discovery rate",
 * Journal of the Royal Statistical Society B 57(1), 1995, in its step-up form.
 */
export function adjustPValues(pValues: readonly number[]): number[] {
  const ranked = pValues.map((pValue, index) => ({ pValue, index })).toSorted((a, b) => b.pValue - a.pValue);
  const adjusted = Array.from({ length: pValues.length }, () => 1);
  let smallest = 1;
  for (const [place, { pValue, index }] of ranked.entries()) {
    const rank = pValues.length - place;
    smallest = Math.min(smallest, (pValue * pValues.length) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}
