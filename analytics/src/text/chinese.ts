import { Jieba } from "@node-rs/jieba";
import { dict } from "@node-rs/jieba/dict.js";
import { EMPHASIS, NEGATIONS, POLARITY, TURNS } from "./chinese-lexicon.ts";

/**
 * Polarity of a Chinese text: jieba cuts it into words, our lexicon weighs them, with negation and emphasis up to three
 * words before and more weight after a turn ("但是"). 0 is neutral; one clear word weighs 1 to 3.
 */
export function readChinese(text: string): number {
  let sum = 0;
  let weight = 1;
  for (const clause of text.split(/[，。！？；、,.!?;~\s…：:（）()]+/)) {
    const words = jieba().cut(clause);
    if (words.some((word) => TURNS.has(word))) weight = 1.5;
    sum += weight * clauseScore(words);
  }
  return sum;
}

/** How far before a word its negation and emphasis may stand. */
const REACH = 3;

function clauseScore(words: string[]): number {
  return words.reduce((sum, word, at) => {
    const polarity = POLARITY.get(word) ?? 0;
    return polarity === 0 ? sum : sum + polarity * modifier(words.slice(Math.max(0, at - REACH), at));
  }, 0);
}

function modifier(before: string[]): number {
  return before.reduce((factor, word) => {
    if (NEGATIONS.has(word)) return factor * -0.8;
    return factor * (EMPHASIS.get(word) ?? 1);
  }, 1);
}

let loaded: Jieba | undefined;

/** Loaded on first use: the dictionary takes 0.3 s and 60 MB, which a process that reads no Chinese need not spend. */
function jieba(): Jieba {
  if (loaded !== undefined) return loaded;
  loaded = Jieba.withDict(dict);
  // So that "收不到" and the like are one word.
  const own = [...POLARITY.keys(), ...NEGATIONS].filter((word) => word.length > 1);
  loaded.loadDict(Buffer.from(own.map((word) => `${word} 100000`).join("\n")));
  return loaded;
}
