import type { RemoteConfig } from "@voxloop/contract";
import type { FeatureClient, Stop } from "../../core/feature.ts";
import type { Settings } from "../../core/options.ts";

const MAX_AGE_MS = 5 * 60_000;
/** How long a busy page may keep us waiting. */
const IDLE_TIMEOUT_MS = 3_000;

/** What was fetched last, as it is stored. */
interface Kept {
  at: number;
  etag: string | null;
  config: RemoteConfig;
}

/**
 * Tells what the product managers have published: what is kept from before at once, what is new when the page is idle.
 * Asks at the start and when the page is looked at again, at most every five minutes; without an answer nothing changes.
 */
export function openRemoteConfig(client: FeatureClient, use: (config: RemoteConfig) => void): Stop {
  const { settings, store, warn, now } = client;
  const key = `config.${settings.writeKey}`;
  const ownRate = settings.sampleRate;
  const abort = new AbortController();
  let kept = parse(store.read(key));
  let askedAt = kept?.at ?? 0;

  function apply({ sampleRate, guidance, surveys }: RemoteConfig): void {
    settings.sampleRate = isShare(sampleRate) ? sampleRate : ownRate;
    use({ guidance: listOf(guidance), surveys: listOf(surveys) });
  }
  async function ask(): Promise<void> {
    const isNew = await fetchConfig(settings, kept, abort.signal);
    kept = { ...kept!, ...isNew, at: now() };
    if (abort.signal.aborted) return;
    store.write(key, JSON.stringify(kept));
    if (isNew) apply(isNew.config);
  }
  function refresh(): void {
    // A clock that was set back is no reason to wait.
    if (document.hidden || Math.abs(now() - askedAt) < MAX_AGE_MS) return;
    askedAt = now();
    ask().catch((cause) => abort.signal.aborted || warn("the remote config could not be fetched", cause));
  }

  if (kept) client.guard(() => apply(kept!.config), undefined);
  // A transport takes the network's place, and can only send.
  if (settings.transport) return () => undefined;
  whenIdle(refresh);
  document.addEventListener("visibilitychange", refresh);
  return () => {
    abort.abort();
    document.removeEventListener("visibilitychange", refresh);
  };
}

/** Undefined when it is still what is kept. */
async function fetchConfig(
  { endpoint, writeKey }: Settings,
  kept: Kept | undefined,
  signal: AbortSignal,
): Promise<Pick<Kept, "etag" | "config"> | undefined> {
  const response = await fetch(`${endpoint}/v1/config?key=${encodeURIComponent(writeKey)}`, {
    headers: kept?.etag ? { "if-none-match": kept.etag } : {},
    credentials: "omit",
    referrerPolicy: "strict-origin",
    signal,
  });
  if (kept && response.status === 304) return undefined;
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return { etag: response.headers.get("etag"), config: Object(await response.json()) };
}

function whenIdle(work: () => void): void {
  // Safari has no idle callback.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: IDLE_TIMEOUT_MS });
  else setTimeout(work, 200);
}

function parse(text: string): Kept | undefined {
  try {
    const kept = JSON.parse(text) as Kept;
    return typeof kept.config === "object" && Number.isFinite(kept.at) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function listOf<Item>(value: unknown): Item[] {
  return Array.isArray(value) ? value : [];
}

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}
