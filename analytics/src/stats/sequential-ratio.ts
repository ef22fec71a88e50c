/** One period in which two groups were watched side by side. */
export interface Stratum {
  /** Customers at risk in the period, and of them those with the event, in the group of interest. */
  atRisk: number;
  events: number;
  /** The same in the group it is compared with. */
  referenceAtRisk: number;
  referenceEvents: number;
}

/** A ratio of rates with an interval that holds at every look; 1 = no difference. */
export interface RatioInterval {
  estimate: number;
  low: number;
  high: number;
}

/** What the data say about a log ratio. */
export interface Evidence {
  /** Maximum-likelihood log ratio, within ±LOG_LIMIT. */
  estimate: number;
  /** Logarithm of the e-value against the hypothesis that the log ratio is `value`. */
  against(value: number): number;
  /** A bound that `against` never exceeds and that is cheaper to have. */
  atMost(value: number): number;
}

/** Log ratios beyond this (1 : 160,000) are told as 0 and infinity. */
export const LOG_LIMIT = 12;

/** Standard deviation of the normal mixture over log ratios; a halved rate is -0.69. */
const MIXTURE_SD = 1;

/**
 * Evidence about the ratio of two rates from strata of unequal exposure, the safe logrank test of Grünwald, Ly,
 * Pérez-Ortiz and ter Schure (arXiv:2011.06931): given that one of the two groups has an event, it is the group of
 * interest with probability rA / (rA + B) for the ratio r and A, B at risk. The likelihood mixed over r with a normal
 * prior (Robbins 1970), divided by the likelihood of one r, is a martingale of mean 1 when that r is true.
 */
export function ratioEvidence(strata: readonly Stratum[]): Evidence {
  const terms = toTerms(strata);
  const estimate = maximise(terms);
  return evidenceOf([terms], estimate, (value) => logLikelihood(terms, value));
}

/**
 * Evidence about how much more (or less) a ratio is now than it was before: a difference in differences of log rates.
 * The ratio before is not known, so the hypothesis is given the value of it that suits it best (projection of the joint
 * confidence sequence of both), which keeps the guarantee.
 */
export function differenceEvidence(now: readonly Stratum[], before: readonly Stratum[]): Evidence {
  const [termsNow, termsBefore] = [toTerms(now), toTerms(before)];
  const estimate = clamp(maximise(termsNow) - maximise(termsBefore));
  return evidenceOf([termsNow, termsBefore], estimate, (value) => {
    const joint = [...termsNow.map((term) => ({ ...term, offset: term.offset + value })), ...termsBefore];
    return logLikelihood(joint, maximise(joint));
  });
}

/** `logLikelihoodAt` is the likelihood of a log ratio at the best value of whatever else is unknown. */
function evidenceOf(
  streams: readonly (readonly Term[])[],
  estimate: number,
  logLikelihoodAt: (value: number) => number,
): Evidence {
  const sumOver = (of: (terms: readonly Term[]) => number) =>
    streams.reduce((sum, terms) => sum + of(terms), 0);
  // A mean of likelihoods is never above their maximum.
  const logMaximum = sumOver((terms) => logLikelihood(terms, maximise(terms)));
  let logMixture: number | undefined;
  return {
    estimate,
    atMost: (value) => logMaximum - logLikelihoodAt(value),
    against: (value) => (logMixture ??= sumOver(mix)) - logLikelihoodAt(value),
  };
}

/** True when the evidence excludes the log ratio at level `alpha`: by Ville's inequality, wrongly at any look at most so often. */
export function excludes(evidence: Evidence, value: number, alpha: number): boolean {
  const enough = -Math.log(alpha);
  return evidence.atMost(value) >= enough && evidence.against(value) >= enough;
}

/** All ratios that are not excluded, and the most likely one. */
export function intervalOf(evidence: Evidence, alpha: number): RatioInterval {
  const { estimate } = evidence;
  return {
    estimate: toRatio(estimate),
    low: toRatio(boundBetween(evidence, alpha, { inside: estimate, outside: -LOG_LIMIT })),
    high: toRatio(boundBetween(evidence, alpha, { inside: estimate, outside: LOG_LIMIT })),
  };
}

/** Evidence falls to one side of its estimate and rises to the other, so that a bisection finds the bound. */
function boundBetween(evidence: Evidence, alpha: number, side: { inside: number; outside: number }): number {
  let { inside, outside } = side;
  if (!excludes(evidence, outside, alpha)) return outside;
  for (let step = 0; step < 40; step++) {
    const middle = (inside + outside) / 2;
    if (excludes(evidence, middle, alpha)) outside = middle;
    else inside = middle;
  }
  return outside;
}

function toRatio(log: number): number {
  if (log < -LOG_LIMIT + 1e-3) return 0;
  return log > LOG_LIMIT - 1e-3 ? Infinity : Math.exp(log);
}

/** A stratum's events, and the log odds that one of them is of the group of interest when the ratio is 1. */
interface Term {
  events: number;
  total: number;
  offset: number;
}

function toTerms(strata: readonly Stratum[]): Term[] {
  return strata
    .filter((each) => each.atRisk > 0 && each.referenceAtRisk > 0 && each.events + each.referenceEvents > 0)
    .map((each) => ({
      events: each.events,
      total: each.events + each.referenceEvents,
      offset: Math.log(each.atRisk / each.referenceAtRisk),
    }));
}

/** Up to a constant that does not depend on `value`, and so cancels in every quotient. */
function logLikelihood(terms: readonly Term[], value: number): number {
  let sum = 0;
  for (const { events, total, offset } of terms) {
    const logOdds = offset + value;
    // log(1 + e^x) without overflow.
    const logOnePlus = logOdds > 30 ? logOdds : Math.log1p(Math.exp(logOdds));
    sum += events * logOdds - total * logOnePlus;
  }
  return sum;
}

/** Maximum of the log likelihood, optionally plus a normal log prior: Newton's method kept inside a shrinking bracket. */
function maximise(terms: readonly Term[], priorPrecision = 0): number {
  if (terms.length === 0) return 0;
  let [low, high, value] = [-LOG_LIMIT, LOG_LIMIT, 0];
  for (let step = 0; step < 60; step++) {
    const { slope, curvature } = derivatives(terms, value, priorPrecision);
    if (slope > 0) low = value;
    else high = value;
    const newton = value + slope / Math.max(curvature, 1e-12);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - value) < 1e-9) return next;
    value = next;
  }
  return value;
}

function derivatives(terms: readonly Term[], value: number, priorPrecision: number) {
  let slope = -priorPrecision * value;
  let curvature = priorPrecision;
  for (const { events, total, offset } of terms) {
    const share = 1 / (1 + Math.exp(-offset - value));
    slope += events - total * share;
    curvature += total * share * (1 - share);
  }
  return { slope, curvature };
}

const QUADRATURE_POINTS = 33;
const QUADRATURE_SDS = 7;

/** Log of the likelihood's mean under the normal prior: the trapezoid rule around the peak, exact to about 1e-9. */
function mix(terms: readonly Term[]): number {
  if (terms.length === 0) return 0;
  const precision = 1 / MIXTURE_SD ** 2;
  const peak = maximise(terms, precision);
  const sd = 1 / Math.sqrt(derivatives(terms, peak, precision).curvature);
  const width = (2 * QUADRATURE_SDS * sd) / (QUADRATURE_POINTS - 1);
  const logDensity = (value: number) => logLikelihood(terms, value) - (precision * value * value) / 2;
  const top = logDensity(peak);
  let sum = 0;
  for (let point = 0; point < QUADRATURE_POINTS; point++) {
    sum += Math.exp(logDensity(peak - QUADRATURE_SDS * sd + point * width) - top);
  }
  return top + Math.log((sum * width) / (MIXTURE_SD * Math.sqrt(2 * Math.PI)));
}

function clamp(log: number): number {
  return Math.min(LOG_LIMIT, Math.max(-LOG_LIMIT, log));
}
