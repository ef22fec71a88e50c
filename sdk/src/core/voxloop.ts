import type { SurveyKind } from "@voxloop/contract";
import type { Attributes } from "./event.ts";
import type { Failure, Transaction, TransactionOptions } from "./transaction.ts";

export type ErrorDetails = Omit<Failure, "error">;

export interface SurveyAnswer {
  surveyId: string;
  kind: SurveyKind;
  /** `nps` 0 to 10, `csat` 1 to 5, `ces` 1 to 7. */
  score?: number | undefined;
  comment?: string | undefined;
  /** The business flow the survey is about. */
  flow?: string | undefined;
  attributes?: Attributes | undefined;
}

export interface Search {
  query: string;
  /** How many results were shown. */
  results: number;
  /** What the customer chose, if anything: an id, or its place in the list. */
  clicked?: string | number | undefined;
  attributes?: Attributes | undefined;
}

/** The app's own events: attributes by event name. */
export type EventMap = Record<string, Attributes>;

/** What goes with an event of the app's own: nothing need, where all its attributes may be left out. */
export type EventAttributes<Given> =
  Partial<Given> extends Given ? [attributes?: Given | undefined] : [attributes: Given];

/** What an app calls. Nothing here ever throws or rejects. */
export interface Voxloop<Events extends object = EventMap> {
  /**
   * The customer has signed in: this and what they did on this device before is theirs. A browser remembers them until
   * `reset`; another user's sign-in resets by itself. Use an opaque id: it is stored as it is.
   */
  identify: (userId: string) => void;
  /** The customer has signed out: the next event belongs to a new anonymous customer in a new session. */
  reset: () => void;
  /**
   * Attributes of every event from now on, beside those of `init`. A browser remembers them, redacted, until `reset`;
   * null removes one.
   */
  setAttributes: (attributes: Attributes) => void;
  /** A screen of an app is shown; it is the place of all events until the next screen or page. */
  screen: (name: string, attributes?: Attributes) => void;
  /** A page is shown; without a path it is the address bar's. Query strings are cut off. */
  page: (path?: string, attributes?: Attributes) => void;
  track: <Name extends keyof Events & string>(
    name: Name,
    ...attributes: EventAttributes<Events[Name]>
  ) => void;
  captureError: (error: unknown, details?: ErrorDetails) => void;
  /** One attempt at a business flow begins. */
  transaction: (flow: string, attributes?: Attributes, options?: TransactionOptions) => Transaction;
  /**
   * What a request to this address has to carry to join the trace of the one open transaction: `traceparent`, if the
   * address is one of `tracePropagationTargets`, else nothing.
   */
  traceHeaders: (url: string | URL) => { traceparent?: string };
  answerSurvey: (answer: SurveyAnswer) => void;
  search: (search: Search) => void;
  /** The customer agrees: events are sent and kept on the device. A browser remembers it. */
  grantConsent: () => void;
  /** The customer refuses: nothing is sent any more, and all that was kept on the device is removed but this. */
  denyConsent: () => void;
  /** Resolves when what was waiting has been sent, or could not be sent for now. */
  flush: () => Promise<void>;
  /** Sends what waits, once more, and stops. */
  shutdown: () => Promise<void>;
}
