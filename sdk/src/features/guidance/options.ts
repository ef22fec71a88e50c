import type { Stop } from "../../core/feature.ts";
import type { PromptOptions } from "../prompts/look.ts";

/** A message to a customer whom an error stopped, in the customer's language. */
export interface GuidancePrompt {
  id: string;
  version: number;
  language: "zh-CN" | "en";
  title: string;
  body: string;
  /** The next step, if there is one. */
  action?: { kind: "retry" | "link"; label: string; url?: string };
  /** What stopped the customer. */
  error: { code?: string; flow?: string; transactionId?: string };
}

/** What the customer did with the message. The first answer counts. */
export type RespondToGuidance = (action: "followed" | "dismissed") => void;

export interface GuidanceOptions extends PromptOptions {
  /** Shows the message in the app's own way; may give back how to take it away, which is called when it is out of date. */
  render?: ((guidance: GuidancePrompt, respond: RespondToGuidance) => Stop | void) | undefined;
  /** The customer follows a message whose next step is to try again. */
  onRetry?: ((guidance: GuidancePrompt) => void) | undefined;
}
