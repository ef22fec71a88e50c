import type { Attributes, VoxEvent } from "./event.ts";
import type { Guard, Warn } from "./guard.ts";
import type { Losses } from "./losses.ts";
import type { Settings } from "./options.ts";
import type { Queue } from "./shelf.ts";
import type { Store } from "./store.ts";
import type { Emit } from "./transaction.ts";
import type { Voxloop } from "./voxloop.ts";

export type Stop = () => void;

/** Something that an app adds to a client by naming it in `features`; what is not imported costs nothing. */
export interface Feature {
  readonly name: string;
  /** Called when the client may send events: at its start, or when the customer agrees. Gives how to stop. What it throws is the feature's end, never the app's. */
  start: (client: FeatureClient) => Stop;
}

/** An event before it is redacted and asked about. */
export interface DraftEvent {
  readonly name: string;
  readonly time: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What a feature may use of its client. Nothing here throws. */
export interface FeatureClient {
  readonly voxloop: Voxloop;
  readonly settings: Settings;
  readonly guard: Guard;
  readonly warn: Warn;
  /** Counts, by reason, what a feature leaves out; the counts are sent. */
  readonly losses: Pick<Losses, "add">;
  /** Sends one event: the attributes it means, which win, and those the app adds. */
  readonly emit: Emit;
  /** Tells of each event that leaves the client, after redaction and `beforeSend`. */
  onEvent: (listener: (event: VoxEvent) => void) => Stop;
  /** Asks for attributes to add to each event before it is redacted, such as an error's breadcrumbs. */
  onDraft: (add: (event: DraftEvent) => Attributes | undefined) => Stop;
  /** Unix milliseconds on the client's clock. */
  now: () => number;
  /** Who acts, for samples that are the same every time; undefined before consent. */
  customerId: () => string | undefined;
  /** Text that outlives the page where consent, `persistence` and the browser allow it; "" removes. */
  readonly store: Store;
  /** Whether anything may be kept on the device now. */
  isDurable: () => boolean;
  /** What waits to be sent; absent on Node. */
  readonly queue: Queue | undefined;
}
