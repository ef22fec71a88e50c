import { Agent, request, type Dispatcher } from "undici";
import { AddressRefused, createGuardedLookup } from "./address.ts";
import { signatureHeaders } from "./signature.ts";
import { assertAddressAllowed } from "./target.ts";

interface Message {
  /** The message's id: the same over its retries. */
  id: string;
  url: string;
  secret: string;
  body: string;
  /** When this attempt is made. */
  at: Date;
}

/** What came of one attempt. It succeeded when `error` is null. */
export interface Outcome {
  status: number | null;
  error: string | null;
  durationMs: number;
  /** The endpoint's Retry-After header. */
  retryAfter: string | undefined;
}

export interface Sender {
  /** Makes one attempt; never rejects. */
  send(message: Message): Promise<Outcome>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 15_000;
/** Answers are not kept; so much is read to let the connection be used again. */
const MAX_ANSWER_BYTES = 65_536;

/** Sends webhooks; opens its own connections, so that no proxy or redirect leads around the guard of addresses. */
export function openSender(options: { allowPrivate: boolean; timeoutMs?: number }): Sender {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const agent = new Agent({ connect: { lookup: createGuardedLookup(options), timeout: timeoutMs } });
  return {
    async send(message) {
      const started = performance.now();
      const durationMs = () => Math.round(performance.now() - started);
      try {
        assertAddressAllowed(new URL(message.url), options.allowPrivate);
        const { status, retryAfter } = await post(agent, message, AbortSignal.timeout(timeoutMs));
        return { status, error: problemOf(status), durationMs: durationMs(), retryAfter };
      } catch (error) {
        const reason = describe(error, timeoutMs);
        return { status: null, error: reason, durationMs: durationMs(), retryAfter: undefined };
      }
    },
    close: () => agent.destroy(),
  };
}

async function post(dispatcher: Dispatcher, message: Message, signal: AbortSignal) {
  const { statusCode, headers, body } = await request(message.url, {
    dispatcher,
    signal,
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "Voxloop-Webhooks/1",
      ...signatureHeaders(message),
    },
    body: message.body,
  });
  // The status is the answer; a body that breaks off changes nothing.
  await body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined);
  return { status: statusCode, retryAfter: [headers["retry-after"]].flat()[0] };
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `answered ${status}; redirects are not followed`;
  return `answered ${status}`;
}

/** A short reason for the delivery log. */
function describe(error: unknown, timeoutMs: number): string {
  if (error instanceof AddressRefused) return error.message;
  const { name, code, message } = error as Partial<Error> & { code?: string };
  if (name === "TimeoutError" || code?.includes("TIMEOUT")) return `no answer within ${timeoutMs / 1000} s`;
  return [code, message].filter(Boolean).join(": ").slice(0, 200);
}
