import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

export interface Receiver {
  /** Of Voxloop's API, e.g. `https://voxloop.example.com`. */
  url: string;
  /** An API token with the scope `write`. */
  token: string;
  project: string;
  /** Of the first pause before it is tried again; each next one is twice as long. */
  retryMs?: number | undefined;
}

const TRIES = 4;
const TIMEOUT_MS = 60_000;
const PAUSE_MAX_MS = 30_000;

/** Uploads one file; resolves when it is stored, and throws with the server's reason when it is refused or stays away. */
export async function send(receiver: Receiver, query: Record<string, string>, text: string): Promise<void> {
  const path = `source-maps?${new URLSearchParams(query).toString()}`;
  await post(receiver, path, {
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(await compress(text)),
  });
}

/** Tells the server of a release, likewise. */
export async function sendRelease(receiver: Receiver, release: Record<string, string>): Promise<void> {
  await post(receiver, "releases", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(release),
  });
}

type Sent = Required<Pick<RequestInit, "body">> & { headers: Record<string, string> };

async function post(receiver: Receiver, path: string, { headers, body }: Sent): Promise<void> {
  const { token, project, retryMs = 1_000 } = receiver;
  const url = `${receiver.url.replace(/\/+$/, "")}/api/v1/projects/${encodeURIComponent(project)}/${path}`;
  const request = {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
    redirect: "error",
  } as const;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await trySend(url, request);
    if (failure === undefined) return;
    if (!failure.isPassing || attempt === TRIES) throw new Error(failure.reason);
    await sleep(Math.min(PAUSE_MAX_MS, failure.pauseMs ?? retryMs * 2 ** (attempt - 1)));
  }
}

interface Failure {
  reason: string;
  /** Worth another try. */
  isPassing: boolean;
  pauseMs?: number | undefined;
}

async function trySend(url: string, request: RequestInit): Promise<Failure | undefined> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const answer = await response.text();
    if (response.ok) return undefined;
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    return {
      reason: `${response.status} ${reasonIn(answer)}`.trim(),
      isPassing: response.status === 429 || response.status >= 500,
      pauseMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { reason: cause instanceof Error ? cause.message : String(cause), isPassing: true };
  }
}

function reasonIn(answer: string): string {
  try {
    const { detail, title } = JSON.parse(answer) as { detail?: string; title?: string };
    return detail ?? title ?? "";
  } catch {
    return answer.slice(0, 200);
  }
}
