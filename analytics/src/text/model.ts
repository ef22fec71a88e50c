import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { z } from "zod";
import { FEATURES, featuresOf } from "./features.ts";
import type { Language } from "./language.ts";

/** A linear model of one question, its weights as whole numbers from -127 to 127. */
export interface Head {
  weights: Int8Array;
  /** What a weight of 1 is worth. */
  scale: number;
  bias: number;
}

/** What is asked of a text: praise or blame (above 0 praise), and nothing of both. */
export interface Heads {
  polarity: Head;
  neutral: Head;
}

export interface Model {
  version: string;
  heads: Record<"zh" | "en", Heads>;
  /** Above this `neutral` a text is neutral. */
  neutralAbove: Record<"zh" | "en", number>;
}

const FILE = new URL("./sentiment.model", import.meta.url);
const MAGIC = "VXTM1";
const QUESTIONS = ["polarity", "neutral"] as const;
const LANGUAGES = ["zh", "en"] as const;

const scales = z.object({ scale: z.number(), bias: z.number() });
const header = z.object({
  version: z.string(),
  features: z.literal(FEATURES),
  heads: z.record(z.enum(LANGUAGES), z.record(z.enum(QUESTIONS), scales)),
  neutralAbove: z.record(z.enum(LANGUAGES), z.number()),
});

let loaded: Model | undefined;

/** The model that ships, read at its first use. */
export function model(): Model {
  loaded ??= decodeModel(readFileSync(FILE));
  return loaded;
}

/** Reads a model file: a line that says what it is, a line of JSON, and the weights of each head, compressed with Brotli. */
export function decodeModel(file: Buffer): Model {
  const plain = unpack(file);
  const [magic, json] = plain.subarray(0, 10_000).toString("latin1").split("\n", 2);
  if (magic !== MAGIC || json === undefined)
    throw new Error("The sentiment model is no model of this version");
  const { heads, ...rest } = header.parse(JSON.parse(json));
  let at = magic.length + json.length + 2;
  if (plain.length !== at + FEATURES * QUESTIONS.length * LANGUAGES.length)
    throw new Error("The sentiment model is not whole");
  const next = () => {
    const weights = new Int8Array(plain.buffer, plain.byteOffset + at, FEATURES);
    at += FEATURES;
    return weights;
  };
  const read = (language: "zh" | "en"): Heads => ({
    polarity: { ...heads[language].polarity, weights: next() },
    neutral: { ...heads[language].neutral, weights: next() },
  });
  return { ...rest, heads: { zh: read("zh"), en: read("en") } };
}

function unpack(file: Buffer): Buffer {
  try {
    return brotliDecompressSync(file);
  } catch (error) {
    throw new Error("The sentiment model cannot be unpacked", { cause: error });
  }
}

const withoutWeights = ({ polarity, neutral }: Heads) => ({
  polarity: { scale: polarity.scale, bias: polarity.bias },
  neutral: { scale: neutral.scale, bias: neutral.bias },
});

/** The file of a model, uncompressed. */
export function encodeModel({ heads, ...rest }: Model): Buffer {
  const json = JSON.stringify({
    ...rest,
    features: FEATURES,
    heads: { zh: withoutWeights(heads.zh), en: withoutWeights(heads.en) },
  });
  return Buffer.concat([
    Buffer.from(`${MAGIC}\n${json}\n`),
    ...LANGUAGES.flatMap((language) =>
      QUESTIONS.map((question) => {
        const { buffer, byteOffset, byteLength } = heads[language][question].weights;
        return Buffer.from(buffer, byteOffset, byteLength);
      }),
    ),
  ]);
}

/** Log-odds, calibrated: of praise against blame, and of saying neither. */
export interface Odds {
  polarity: number;
  neutral: number;
}

/** What a model says of a text in a language it knows. */
export function oddsOf(of: Model, text: string, language: Exclude<Language, "">): Odds {
  const features = featuresOf(text, language);
  const { polarity, neutral } = of.heads[language];
  let [praise, neither] = [0, 0];
  for (const feature of features) {
    praise += polarity.weights[feature] ?? 0;
    neither += neutral.weights[feature] ?? 0;
  }
  // Long texts have many features: without this they would all be certain.
  const length = Math.sqrt(Math.max(1, features.length));
  return {
    polarity: polarity.bias + (polarity.scale * praise) / length,
    neutral: neutral.bias + (neutral.scale * neither) / length,
  };
}
