import type { SurveyKind } from "./attributes.ts";

/* What `GET /v1/config` gives the SDK of an app, and what product managers publish. */

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in each language; where one is missing, the other is shown. */
export type LocalizedText = Partial<Record<Language, string>>;

/** Attributes an event must have, each with one of the values, e.g. `{"vox.audience": ["care"]}`. */
export type AttributeFilter = Record<string, string[]>;

export const GUIDANCE_ACTIONS = ["shown", "followed", "dismissed", "recovered", "held_out"] as const;
/** `held_out`: the customer met the error, would have seen the guidance, and was shown none, to compare with. */
export type GuidanceAction = (typeof GUIDANCE_ACTIONS)[number];

/** What an app shows a customer whom an error stops. */
export interface Guidance {
  id: string;
  version: number;
  /** Which errors: all that are given must be equal. At least one is. */
  match: { code?: string; flow?: string; errorType?: string };
  /** Which customers, by attributes of the error event; empty is all. */
  audience: AttributeFilter;
  /** Share of customers, 0 to 1, that take part at all. */
  rolloutShare: number;
  /** Of those, the share that is shown nothing. */
  holdoutShare: number;
  title: LocalizedText;
  body: LocalizedText;
  /** The next step; without one there is only a button to close. */
  action?: { kind: "retry" | "link"; label: LocalizedText; url?: string };
}

export interface SurveyQuestion {
  id: string;
  kind: SurveyKind;
  prompt: LocalizedText;
  isRequired: boolean;
  /** What the ends of a scale mean. */
  low?: LocalizedText;
  high?: LocalizedText;
  /** Of a `choice`. */
  choices?: { id: string; label: LocalizedText }[];
  /** Where to go after an answer, the first that matches; else to the next question. `goTo` null is the end. */
  branches?: { choice?: string; atLeast?: number; atMost?: number; goTo: string | null }[];
}

/** What must happen before a survey is shown. All that is given must hold. */
export interface SurveyTrigger {
  /** Name of an event, e.g. `vox.transaction`. */
  event?: string;
  /** Attributes of that event, e.g. `{"vox.flow": ["transfer"], "vox.outcome": ["succeeded"]}`. */
  where?: AttributeFilter;
  /** Any error event. */
  onError?: boolean;
  /** The screen or path that is shown. */
  screen?: string;
  /** How long the customer has been on the screen or page; or has to wait after the event. */
  afterSeconds?: number;
}

export interface Survey {
  id: string;
  version: number;
  questions: SurveyQuestion[];
  trigger: SurveyTrigger;
  audience: AttributeFilter;
  /** Share of customers, 0 to 1, that are asked. */
  share: number;
  /** A customer who was asked anything is left alone for so many days. */
  daysAfterAny: number;
  /** A customer who was asked this is left alone with it for so many days. */
  daysAfterThis: number;
  thanks: LocalizedText;
}

export interface RemoteConfig {
  /** Share of customers, 0 to 1, whose events are sent; errors always are. Absent: as the app says. */
  sampleRate?: number;
  guidance: Guidance[];
  surveys: Survey[];
}
