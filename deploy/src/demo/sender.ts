import { setTimeout as sleep } from "node:timers/promises";
import { encodeOtlp } from "./otlp.ts";
import type { SimulatedEvent } from "./session.ts";

export interface SenderOptions {
  /** Where the collector is, without a path. */
  endpoint: string;
  writeKey: string;
  signal?: AbortSignal | undefined;
}

const BATCH = 800;
const ATTEMPTS = 8;
const CONCURRENCY = 2;
const LONGEST_WAIT_MS = 30_000;

/** Sends events in their order, a few batches at a time; resolves when the collector has accepted every one. */
export async function sendEvents(options: SenderOptions, events: readonly SimulatedEvent[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(events.length / BATCH) }, (_, at) =>
    events.slice(at * BATCH, (at + 1) * BATCH),
  ).values();
  const lane = async () => {
    for (const batch of batches) await sendBatch(options, encodeOtlp(batch));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
}

/** Sends one body until it is accepted; a batch sent twice is counted once, because its events have ids. */
async function sendBatch(options: SenderOptions, body: string): Promise<void> {
  const { signal } = options;
  for (let attempt = 1; ; attempt++) {
    const answer = await post(options, body).catch((error: unknown) => error as Error);
    if (!(answer instanceof Error) && answer.ok) return assertComplete(await answer.text());
    signal?.throwIfAborted();
    const mayRetry = answer instanceof Error || RETRYABLE.has(answer.status);
    if (!mayRetry || attempt === ATTEMPTS) throw await toError(answer);
    await sleep(waitBefore(answer, attempt), undefined, { signal });
  }
}

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE = new Set([429, 502, 503, 504]);

function post({ endpoint, writeKey, signal }: SenderOptions, body: string): Promise<Response> {
  return fetch(`${endpoint}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${writeKey}` },
    body,
    signal: signal ?? null,
  });
}

function waitBefore(answer: Response | Error, attempt: number): number {
  const asked = answer instanceof Error ? 0 : Number(answer.headers.get("retry-after") ?? 0) * 1_000;
  return Math.min(asked > 0 ? asked : 250 * 2 ** attempt, LONGEST_WAIT_MS);
}

function assertComplete(answer: string): void {
  const { partialSuccess } = JSON.parse(answer) as { partialSuccess?: { errorMessage?: string } };
  if (partialSuccess !== undefined)
    throw new Error(`the collector refused simulated events: ${partialSuccess.errorMessage ?? answer}`);
}

async function toError(answer: Response | Error): Promise<Error> {
  if (answer instanceof Error) return answer;
  return new Error(`the collector answered ${answer.status}: ${await answer.text()}`);
}
