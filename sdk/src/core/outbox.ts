import { ATTR } from "@voxloop/contract";
import type { Transport, TransportReply, VoxEvent } from "./event.ts";
import type { Losses } from "./losses.ts";
import type { Settings } from "./options.ts";
import { encodeRecord, encodeRequest, isErrorEvent } from "./otlp.ts";
import { takeBatch, takeExcess, type Waiting } from "./queue.ts";
import { isRetryable, NETWORK_ERROR } from "./retry.ts";
import type { Shelf } from "./shelf.ts";

/** Characters of records in one request: at most 1.5 MiB of UTF-8, and the collector takes 4 MiB. */
const BATCH_CHARS = 512 * 1024;
/** Browsers allow 64 KiB of bodies that outlive the page (Fetch standard, 4.6); Chinese takes three bytes a character. */
const LAST_BATCH_CHARS = 18_000;

export interface OutboxParts {
  settings: Settings;
  resource: Record<string, string | undefined>;
  transport: Transport;
  /** Sends a body in a way that outlives the page; false when there is none, or not for so much. */
  sendLast: (body: string) => boolean;
  losses: Losses;
  /** Called after each delivery: the moment to report losses. */
  onDelivered: () => void;
  shelf?: Shelf | undefined;
}

/** Records that wait, and what becomes of a batch of them. A record sent again keeps its id, so it is counted once. */
export interface Outbox {
  readonly items: Waiting[];
  /** Adds at the end, or puts back at the front. */
  add: (more: readonly Waiting[], isAgain?: boolean) => void;
  /** Sends one batch; gives how many records wait no more. */
  attempt: (onRefused: (retryAfterMs: number | undefined) => void) => Promise<number>;
  /** Writes to the shelf what is not on it yet. */
  save: () => void;
}

export function waitingOf(event: VoxEvent, dueAt?: number): Waiting {
  const id = String(event.attributes[ATTR.eventId]);
  return { id, json: encodeRecord(event), isError: isErrorEvent(event), dueAt };
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { settings, losses, shelf } = parts;
  const items: Waiting[] = [];
  const unsaved: Waiting[] = [];
  let { maxBatchSize } = settings;

  function add(more: readonly Waiting[], isAgain?: boolean): void {
    items.splice(isAgain ? 0 : Infinity, 0, ...more);
    if (shelf && !isAgain && unsaved.push(...more) === more.length) setTimeout(save);
    const excess = takeExcess(items, settings.maxQueueSize);
    losses.add("queue_full", excess.length);
    shelf?.remove(excess);
  }

  function save(): void {
    shelf?.put(unsaved.splice(0));
  }

  async function attempt(onRefused: (retryAfterMs: number | undefined) => void): Promise<number> {
    const batch = takeBatch(items, maxBatchSize, BATCH_CHARS);
    const { length } = batch;
    const { status, retryAfterMs, rejected } = await ask(parts.transport, bodyOf(parts, batch));
    const isTooMuch = status === 413 && length > 1;
    if (isTooMuch) maxBatchSize = Math.ceil(length / 2);
    if (isTooMuch || isRetryable(status)) {
      add(batch, true);
      if (!isTooMuch) onRefused(retryAfterMs);
      return 0;
    }
    shelf?.remove(batch);
    if (status >= 200 && status < 300) {
      losses.add("rejected", rejected ?? 0);
      parts.onDelivered();
    } else losses.add(`http_${status}`, length);
    return length;
  }

  return { items, add, attempt, save };
}

/** Sends what fits into requests that outlive the page, and trusts that it arrives. The rest stays. */
export function sendLast(parts: OutboxParts, { items }: Outbox): void {
  while (items.length) {
    const batch = takeBatch(items, Infinity, LAST_BATCH_CHARS);
    if (!parts.sendLast(bodyOf(parts, batch))) {
      items.unshift(...batch);
      return;
    }
    parts.shelf?.remove(batch);
  }
}

function bodyOf({ resource, settings }: OutboxParts, batch: readonly Waiting[]): string {
  return encodeRequest(
    // With a clock of the app's own, event times are right as they are.
    { ...resource, [ATTR.sentAt]: settings.now ? undefined : Date.now() },
    batch.map(({ json }) => json),
  );
}

async function ask(transport: Transport, body: string): Promise<TransportReply> {
  try {
    return (await transport({ body, isLast: false })) ?? NETWORK_ERROR;
  } catch {
    return NETWORK_ERROR;
  }
}
