import type { LiveBatch, LiveEvent } from "@voxloop/analytics/shapes";
import { toSearch } from "#api.ts";
import { session } from "#session.svelte.ts";
import { addEvents } from "./live-list.ts";

export interface LiveFilter {
  event: string;
  customer: string;
  errors: boolean;
}

type State = "connecting" | "open" | "reconnecting" | "ended";

/** Events as they land. The browser reconnects by itself and goes on where it was. */
export class LiveTail {
  events = $state.raw<LiveEvent[]>([]);
  state = $state<State>("connecting");
  isPaused = $state(false);
  /** Arrived and not shown, since the stream was too fast. */
  skipped = $state(0);
  filter = $state.raw<LiveFilter>({ event: "", customer: "", errors: false });
  #held = $state.raw<LiveEvent[]>([]);
  #source: EventSource | undefined;

  /** How many events wait for the pause to end. */
  get waiting(): number {
    return this.#held.length;
  }

  start = (): void => {
    this.stop();
    this.state = "connecting";
    const { event, customer, errors } = this.filter;
    const query = toSearch({ event, customer, errors: errors ? "true" : "" });
    const source = new EventSource(`/api/v1${session.path("/live")}${query}`);
    this.#source = source;
    source.addEventListener("hello", () => (this.state = "open"));
    source.addEventListener("events", (message) =>
      this.#take(JSON.parse(message.data as string) as LiveBatch),
    );
    source.addEventListener("end", (message) => this.#end(message.data as string));
    source.addEventListener("error", () => {
      // A refusal closes it for good: signed out, or too many tails are open.
      this.state = source.readyState === EventSource.CLOSED ? "ended" : "reconnecting";
    });
  };

  stop = (): void => {
    this.#source?.close();
    this.#source = undefined;
  };

  pause = (): void => {
    this.isPaused = true;
  };

  resume = (): void => {
    this.isPaused = false;
    this.events = addEvents(this.events, this.#held);
    this.#held = [];
  };

  /** Begins anew with what the filter lets through. */
  narrow = (change: Partial<LiveFilter>): void => {
    this.filter = { ...this.filter, ...change };
    this.events = [];
    this.#held = [];
    this.skipped = 0;
    this.start();
  };

  #take({ events, skipped }: LiveBatch): void {
    this.state = "open";
    this.skipped += skipped;
    if (this.isPaused) this.#held = addEvents(this.#held.toReversed(), events).toReversed();
    else this.events = addEvents(this.events, events);
  }

  #end(data: string): void {
    const { reason } = JSON.parse(data) as { reason: string };
    if (reason !== "not allowed") return;
    this.stop();
    this.state = "ended";
  }
}
