import { ATTR, type LocalizedText } from "@voxloop/contract";
import type { Attributes } from "../../core/event.ts";
import type { Settings } from "../../core/options.ts";

/** How prompts look and speak. */
export interface PromptOptions {
  /** Language of the customer, e.g. `zh-CN`, or how to ask the app for it. Default: the browser's. */
  language?: string | (() => string) | undefined;
  /** Default `system`: as the customer's device prefers. */
  colorScheme?: "system" | "light" | "dark" | undefined;
  /** Large type and large targets. Default: when the audience is `care`. */
  care?: boolean | undefined;
  /** For a browser that knows no constructable stylesheets, on a site whose policy asks for a nonce. */
  styleNonce?: string | undefined;
}

/** The same, decided for one prompt. */
export interface Look {
  language: "zh-CN" | "en";
  colorScheme: string;
  isCare: boolean;
  styleNonce: string | undefined;
}

export function lookOf(options: PromptOptions, settings: Settings, attributes: Attributes): Look {
  const { language, colorScheme = "system", care, styleNonce } = options;
  const tag = (typeof language === "function" ? language() : language) || navigator.language;
  return {
    language: /^zh/i.test(tag) ? "zh-CN" : "en",
    colorScheme,
    isCare: care ?? (attributes[ATTR.audience] ?? settings.audience) === "care",
    styleNonce,
  };
}

/** The text in this language; where it is missing, in the other. */
export function say(text: LocalizedText | undefined, { language }: Pick<Look, "language">): string {
  return text?.[language] || text?.["zh-CN"] || text?.en || "";
}
