import { readFileSync } from "node:fs";
import { analyzeText, decodeModel, detectLanguage, model, type Heads } from "@voxloop/analytics";
import { table } from "../../bench/table.ts";
import { buildHeads, judge, labelOf } from "./build-model.ts";
import { DOMAINS, EVALUATED_ONLY, readComments, type Comment, type Label, type Tongue } from "./comments.ts";

const FILE = new URL("../../../analytics/src/text/sentiment.model", import.meta.url);

/** `pnpm eval text`: how often the model that ships is right, on texts that it was not trained on. */
export function textTable(data: string): string {
  const shipped = model();
  const tongues = (["zh", "en"] as const).map((tongue) => ({ tongue, comments: readComments(data, tongue) }));
  const rows = tongues.flatMap(({ tongue, comments }) =>
    DOMAINS[tongue].flatMap((domain) => {
      const all = comments.filter((comment) => comment.domain === domain);
      const held = all.filter(({ isDev }) => isDev || domain === EVALUATED_ONLY);
      const alone = domain === EVALUATED_ONLY ? undefined : withoutDomain(comments, { tongue, domain });
      return [
        describe(`${tongue} ${domain}`, {
          heads: shipped.heads[tongue],
          held,
          all,
          alone,
          threshold: shipped.neutralAbove[tongue],
        }),
      ];
    }),
  );
  const texts = tongues.flatMap(({ comments }) => comments.map(({ text }) => text));
  return [table(rows), "", costs(texts)].join("\n");
}

/** Trained on all other domains. */
function withoutDomain(
  comments: readonly Comment[],
  { tongue, domain }: { tongue: Tongue; domain: string },
): Heads {
  return buildHeads(
    comments.filter((comment) => comment.domain !== domain),
    tongue,
  );
}

const polar = (comments: Comment[]) => comments.filter(({ label }) => label !== "neutral");

function describe(
  set: string,
  of: { heads: Heads; held: Comment[]; all: Comment[]; alone: Heads | undefined; threshold: number },
): Record<string, string> {
  const { heads, held, alone, threshold } = of;
  const sided = (by: Heads, comments: Comment[]) =>
    polar(comments).map((comment) => ({ comment, label: labelOf(judge(by, comment), Infinity) }));
  const three = held.map((comment) => ({ comment, label: labelOf(judge(heads, comment), threshold) }));
  const hasNeutral = held.some(({ label }) => label === "neutral");
  return {
    set,
    texts: String(polar(held).length),
    "praise or blame": percent(accuracy(sided(heads, held))),
    "macro-F1": held.length === 0 ? "" : percent(macroF1(sided(heads, held), ["negative", "positive"])),
    "as labelled": percent(accuracy(three.filter(({ comment }) => comment.label !== "neutral"))),
    "three classes": hasNeutral ? percent(accuracy(three)) : "",
    "macro-F1 of three": hasNeutral ? percent(macroF1(three, ["negative", "neutral", "positive"])) : "",
    "trained without it":
      alone === undefined ? "(never trained on)" : percent(accuracy(sided(alone, of.all))),
    "calibration error": percent(calibrationError(heads, polar(held))),
  };
}

interface Judged {
  comment: Comment;
  label: Label;
}

function accuracy(judged: readonly Judged[]): number {
  return judged.filter(({ comment, label }) => comment.label === label).length / judged.length;
}

function macroF1(judged: readonly Judged[], labels: readonly Label[]): number {
  const scores = labels.map((wanted) => {
    const found = judged.filter(({ label }) => label === wanted);
    const right = found.filter(({ comment }) => comment.label === wanted).length;
    const there = judged.filter(({ comment }) => comment.label === wanted).length;
    return found.length + there === 0 ? 0 : (2 * right) / (found.length + there);
  });
  return scores.reduce((sum, score) => sum + score, 0) / labels.length;
}

const BINS = 10;

/** Expected calibration error over ten bins of equal width (M. P. Naeini et al., AAAI 2015). */
function calibrationError(heads: Heads, comments: readonly Comment[]): number {
  const bins = Array.from({ length: BINS }, () => ({ said: 0, right: 0, count: 0 }));
  for (const comment of comments) {
    const odds = judge(heads, comment).polarity;
    const confidence = 1 / (1 + Math.exp(-Math.abs(odds)));
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    if (bin === undefined) continue;
    bin.said += confidence;
    bin.right += (odds > 0 ? "positive" : "negative") === comment.label ? 1 : 0;
    bin.count += 1;
  }
  return bins.reduce((sum, { said, right }) => sum + Math.abs(said - right), 0) / comments.length;
}

/** Nothing where nothing was held back. */
const percent = (share: number) => (Number.isNaN(share) ? "" : share.toFixed(3));

function costs(texts: readonly string[]): string {
  const some = texts.slice(0, 30_000);
  for (const text of some.slice(0, 2_000)) analyzeText(text);
  const rate = (run: (text: string) => unknown) => {
    const before = process.cpuUsage();
    for (const text of some) run(text);
    const { user, system } = process.cpuUsage(before);
    return Math.round(some.length / ((user + system) / 1e6));
  };
  const file = readFileSync(FILE);
  const start = performance.now();
  decodeModel(file);
  const ms = performance.now() - start;
  return `${rate(analyzeText)} comments a second of one core (language alone ${rate(detectLanguage)}); the file has ${file.length} bytes and is read in ${ms.toFixed(0)} ms.`;
}
