import type { Queue } from "./shelf.ts";

/** What an app may say about an event. `null` and `undefined` leave the attribute out. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One event as it is about to be sent: cleaned, redacted, complete. */
export interface VoxEvent {
  name: string;
  /** Unix milliseconds. */
  time: number;
  attributes: Record<string, string | number | boolean>;
}

/** Where finished events go: the browser's queue, or OpenTelemetry's log provider on Node. */
export interface Sink {
  /** With `dueAt`, in unix milliseconds, the event is only kept on a shelf, for a later page to send. */
  add(event: VoxEvent, dueAt?: number): void;
  /** Tries to send what is waiting. Never rejects. */
  flush(): Promise<void>;
  /** Flushes one last time and lets go of timers and listeners. Never rejects. */
  close(): Promise<void>;
  /** Forgets what waits, here and on the device. */
  clear?(): void;
  queue?: Queue | undefined;
}

/** One OTLP/JSON export request. */
export interface TransportRequest {
  body: string;
  /** The page is being left: there may be no other chance to send, and nobody to hear the answer. */
  isLast: boolean;
}

/** What the server said. Status 0 is a network error; `rejected` counts the records of a partial success it refused. */
export interface TransportReply {
  status: number;
  retryAfterMs?: number | undefined;
  rejected?: number | undefined;
}

export type Transport = (request: TransportRequest) => Promise<TransportReply>;
