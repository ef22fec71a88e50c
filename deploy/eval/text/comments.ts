import { readFileSync } from "node:fs";
import { join } from "node:path";
import { featuresOf } from "@voxloop/analytics";
import { z } from "zod";

export type Tongue = "zh" | "en";
export type Label = "negative" | "neutral" | "positive";

/** A labelled text of a data set. */
export interface Comment {
  domain: string;
  isDev: boolean;
  label: Label;
  text: string;
  features: readonly number[];
}

/** The last of English is not to be trained on: its licence is for other uses. */
export const DOMAINS: Record<Tongue, readonly string[]> = {
  zh: ["shop10", "waimai", "hotel", "weibo", "weibo_mood"],
  en: ["sst2", "rt", "amazon", "yelp", "imdb", "nhs", "airline"],
};
export const EVALUATED_ONLY = "airline";

const line = z.object({
  split: z.enum(["train", "dev"]),
  label: z.enum(["negative", "neutral", "positive"]),
  text: z.string(),
});

/** All comments of a language in the data folder. */
export function readComments(data: string, tongue: Tongue): Comment[] {
  return DOMAINS[tongue].flatMap((domain) =>
    readFileSync(join(data, "sentiment", `${tongue}_${domain}.jsonl`), "utf8")
      .split("\n")
      .filter((text) => text !== "")
      .map((text) => {
        const { split, label, text: comment } = line.parse(JSON.parse(text));
        const features = [...featuresOf(comment, tongue)];
        return { domain, isDev: split === "dev", label, text: comment, features };
      }),
  );
}
