/** How a count changed against the one before, over times of equal length. */
export interface CountTrend {
  /** Now divided by before; null when there was none before. */
  ratio: number | null;
  /** 99 % interval of `ratio`; null when there was none at either time. `high` null: no end. */
  low: number | null;
  high: number | null;
  /** More or fewer than chance explains where nothing changed; `unclear` when it may be chance. */
  direction: "more" | "fewer" | "unclear";
}

/** Of fifty rows of a list that nothing happened to, one in two lists shows one marked. */
const Z_99 = 2.5758;

/**
 * Two counts of independent units, compared given their sum, as Przyborowski and Wilenski do ("Homogeneity of results in
 * testing samples from Poisson series", Biometrika 31, 1940): the count of now is then binomial, with the odds as ratio. Their
 * interval is Wilson's of the share. That more people were about explains a change as well: no count says why.
 */
export function countTrend(now: number, before: number): CountTrend {
  const sum = now + before;
  if (sum === 0) return { ratio: null, low: null, high: null, direction: "unclear" };
  const share = now / sum;
  const centre = (share + Z_99 ** 2 / (2 * sum)) / (1 + Z_99 ** 2 / sum);
  const width =
    (Z_99 * Math.sqrt((share * (1 - share)) / sum + Z_99 ** 2 / (4 * sum ** 2))) / (1 + Z_99 ** 2 / sum);
  const low = now === 0 ? 0 : oddsOf(Math.max(0, centre - width));
  const high = before === 0 ? null : oddsOf(Math.min(1, centre + width));
  return { ratio: before === 0 ? null : now / before, low, high, direction: directionOf(low, high) };
}

function oddsOf(share: number): number {
  return share / (1 - share);
}

function directionOf(low: number, high: number | null): CountTrend["direction"] {
  if (low > 1) return "more";
  return high !== null && high < 1 ? "fewer" : "unclear";
}
