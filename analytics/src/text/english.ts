// Not from the package's root: that loads every database driver natural has, and reads .env files.
import { SentimentAnalyzer } from "natural/lib/natural/sentiment/index.js";

/**
 * Polarity of an English text: AFINN-165 through `natural`, clause by clause because its negation reaches to the end of
 * what it is given, plus words that banking apps are praised and blamed with and AFINN does not know. 0 is neutral;
 * one clear word weighs about 2.
 */
export function readEnglish(text: string): number {
  return clausesOf(text)
    .map((words) => words.split(" ").filter((word) => word !== ""))
    .reduce((sum, words) => sum + clauseScore(words), 0);
}

const afinn = new SentimentAnalyzer("English", undefined, "afinn");

function clauseScore(words: string[]): number {
  if (words.length === 0) return 0;
  const negated = words.findIndex((word) => NEGATIONS.has(word));
  const own = words.reduce((sum, word, at) => {
    const sign = negated !== -1 && negated < at ? -0.7 : 1;
    return sum + sign * (OWN_WORDS.get(word) ?? 0);
  }, 0);
  // `natural` gives the mean over the words; the sum is what was said.
  return own + afinn.getSentiment(words.map((word) => (NEGATIONS.has(word) ? "not" : word))) * words.length;
}

function clausesOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replaceAll("’", "'")
      .replaceAll(
        /\b(ca|wo|do|does|did|is|are|was|were|has|have|had|could|would|should)(?:n't|nt)\b/g,
        "$1 not",
      )
      .replaceAll(/\bcannot\b/g, "can not")
      // A comparison, not a liking; and wishes that only sound like praise.
      .replaceAll(/(?<!\b(?:i|we|really|not|also|do|did) )\blike\b/g, "as")
      .replaceAll(/\bcould not be (?:better|happier|more)\b/g, "excellent")
      .replaceAll(
        /\b(?:could|should|would|must|needs to) (?:have been|be) (?:\w+ )?(?:better|improved|nice|good)\b/g,
        "poor",
      )
      .replaceAll(/\bnever (?:\w+ ){0,3}again\b|\bnot worth\b/g, "terrible")
      .replaceAll(PHRASES, (phrase) => phrase.replaceAll(" ", "-"))
      .replaceAll(NEGATED, ";$&;")
      .split(/[.!?;,:()\n]+|\b(?:but|however|although|though|because|except)\b/)
      .map((clause) => clause.replaceAll(/[^a-z'\- ]+/g, " ").trim())
  );
}

const NEGATIONS = new Set(["not", "no", "never", "neither", "nor", "without", "hardly", "barely"]);
/** A negation and the words it can reach. */
const NEGATED = new RegExp(`\\b(?:${[...NEGATIONS].join("|")})\\b(?: [a-z'-]+){0,4}`, "g");

const NEGATIVE_PHRASES =
  "give up|gave up|gives up|log out|logged out|kicked out|timed out|time out|times out|do not work|does not work|did not work|not working|can not|could not|would not|too many|too long|too slow|over and over|again and again|every time|no one|waste of time|at all|long time";
const POSITIVE_PHRASES =
  "works well|works great|no problem|no problems|no complaints|well done|easy to use|at once|first time";
const PHRASES = new RegExp(`\\b(?:${NEGATIVE_PHRASES}|${POSITIVE_PHRASES})\\b`, "g");

const OWN_WORDS = new Map<string, number>([
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
  ...NEGATIVE_PHRASES.split("|").map((phrase) => [phrase.replaceAll(" ", "-"), -1.2] as const),
  ...POSITIVE_PHRASES.split("|").map((phrase) => [phrase.replaceAll(" ", "-"), 2] as const),
]);

function scored(weight: number, words: string): [string, number][] {
  return words.split(" ").map((word) => [word, weight]);
}
