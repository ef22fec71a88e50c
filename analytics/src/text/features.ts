import { CHINESE_POLARITY } from "./chinese-lexicon.ts";
import { ENGLISH_NEGATIONS, ENGLISH_POLARITY, ENGLISH_TURNS } from "./english-lexicon.ts";
import type { Language } from "./language.ts";

/** Features are numbers below this; as many weights has each of a model's heads. */
export const FEATURES = 1 << 20;

/** What is read of one text; the rest of a longer one adds little to what it says. */
const READ_MAX = 4_000;

/** The features of a text that occur in it, each once: those of `language` "zh" by characters, else by words. */
export function featuresOf(text: string, language: Language): readonly number[] {
  const found = new Found();
  const plain = text
    .slice(0, READ_MAX)
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/https?:\/\/\S+|@[\w-]+/g, " @ ")
    .replaceAll(/\d+/g, "0");
  if (language === "zh") readCharacters(plain.replaceAll(/\s+/g, " "), found);
  else readWords(plain, found);
  return found.features;
}

/** Kinds of features, so that equal texts of two kinds are two features. */
const KIND = {
  word: 1,
  pair: 2,
  negated: 3,
  part: 4,
  characters: 10,
  praise: 20,
  blame: 21,
  net: 22,
  turn: 23,
};

const SEED = 0x811c9dc5;
/** FNV-1a on UTF-16 (Fowler, Noll and Vo). */
const mix = (hash: number, value: number) => Math.imul(hash ^ value, 0x01000193);

const seen = new Uint32Array(FEATURES);
let reading = 0;

/** Features are told apart by a stamp in one shared table, which no text has to clear. */
class Found {
  readonly features: number[] = [];

  constructor() {
    reading += 1;
    if (reading > 0xffffffff) {
      seen.fill(0);
      reading = 1;
    }
  }

  /** The last step is MurmurHash3's finaliser (A. Appleby), since FNV mixes its low bits badly. */
  add(kind: number, hash: number): void {
    let bits = mix(hash, kind);
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    const feature = (bits ^ (bits >>> 16)) & (FEATURES - 1);
    if (seen[feature] === reading) return;
    seen[feature] = reading;
    this.features.push(feature);
  }
}

/** How many words of praise and blame, as steps, so that the first counts most; these carry over to texts of another kind. */
class Polarity {
  praise = 0;
  blame = 0;
  #turn: { praise: number; blame: number } | undefined;

  count(weight: number): void {
    if (weight > 0) this.praise += weight;
    else this.blame -= weight;
  }

  turn(): void {
    this.#turn = { praise: this.praise, blame: this.blame };
  }

  addTo(found: Found): void {
    for (let step = 1; step <= Math.min(4, this.praise); step += 1) found.add(KIND.praise, step);
    for (let step = 1; step <= Math.min(4, this.blame); step += 1) found.add(KIND.blame, step);
    found.add(KIND.net, within(this.praise - this.blame, 3));
    if (this.#turn === undefined) return;
    const since = this.praise - this.#turn.praise - (this.blame - this.#turn.blame);
    found.add(KIND.turn, within(since, 2));
  }
}

const within = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value)) + 100;

const CHARACTERS_TOGETHER = 3;
const LONGEST_POLAR = 5;
/** Most places begin no such word. */
const FIRST_OF_POLAR = new Set([...CHINESE_POLARITY.keys()].map((word) => word.charCodeAt(0)));
const TURNS = ["但", "不过", "可是", "然而", "就是"];
const NEGATED = /[不没沒无無未别莫]/;
/** So far before a word its negation may stand. */
const NEGATION_REACH = 3;

function readCharacters(text: string, found: Found): void {
  for (let at = 0; at < text.length; at += 1) {
    let hash = SEED;
    for (let length = 1; length <= CHARACTERS_TOGETHER && at + length <= text.length; length += 1) {
      hash = mix(hash, text.charCodeAt(at + length - 1));
      found.add(KIND.characters + length, hash);
    }
  }
  const polarity = new Polarity();
  const turn = Math.max(...TURNS.map((word) => text.lastIndexOf(word)));
  let at = 0;
  while (at < text.length) {
    if (at === turn && at > 0) polarity.turn();
    at += countPolar(text, at, polarity);
  }
  polarity.addTo(found);
}

/** Counts the longest word of praise or blame at a place; gives how far to go on. */
function countPolar(text: string, at: number, polarity: Polarity): number {
  if (!FIRST_OF_POLAR.has(text.charCodeAt(at))) return 1;
  for (let length = Math.min(LONGEST_POLAR, text.length - at); length > 0; length -= 1) {
    const weight = CHINESE_POLARITY.get(text.substring(at, at + length));
    if (weight === undefined) continue;
    const isTurned = length > 1 && NEGATED.test(text.substring(at - NEGATION_REACH, at));
    polarity.count(isTurned ? -weight : weight);
    return length;
  }
  return 1;
}

const TOKEN = /n't|[a-z]+(?:'[a-z]+)?|[!?]+|[:;]-?[()dp]|\p{Extended_Pictographic}|[.,;:]/gu;
const PART_LENGTHS = [4, 5];
/** Words that a negation reaches. */
const NEGATION_WORDS = 4;

function readWords(text: string, found: Found): void {
  const words = text
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/n't\b/g, " n't")
    .replaceAll(/\bcan ?not\b/g, "can n't")
    .match(TOKEN);
  const polarity = new Polarity();
  let negated = 0;
  let last = mix(SEED, 1);
  for (const word of words ?? []) {
    if (/^[.,;:!?]/.test(word)) negated = 0;
    if (ENGLISH_TURNS.has(word)) polarity.turn();
    const hash = hashOf(word, 0, word.length);
    found.add(KIND.word, hash);
    found.add(KIND.pair, mix(last, hash));
    last = hash;
    const weight = ENGLISH_POLARITY.get(word) ?? 0;
    if (weight !== 0)
      polarity.count(Math.sign(negated > 0 ? -weight : weight) * (Math.abs(weight) >= 3 ? 2 : 1));
    if (negated > 0) found.add(KIND.negated, hash);
    negated = ENGLISH_NEGATIONS.has(word) ? NEGATION_WORDS : Math.max(0, negated - 1);
    if (word.length >= 4) addParts(`<${word}>`, found);
  }
  polarity.addTo(found);
}

function addParts(word: string, found: Found): void {
  for (const length of PART_LENGTHS)
    for (let at = 0; at + length <= word.length; at += 1)
      found.add(KIND.part + length, hashOf(word, at, at + length));
}

function hashOf(text: string, from: number, to: number): number {
  let hash = SEED;
  for (let at = from; at < to; at += 1) hash = mix(hash, text.charCodeAt(at));
  return hash;
}
