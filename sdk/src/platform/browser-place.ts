import type { Place } from "../core/emitter.ts";
import { createUuid } from "../core/uuid.ts";
import type { Store } from "./store.ts";

const INSTALLATION_KEY = "voxloop.installation";
const SESSION_KEY = "voxloop.session";
const SESSION_IDLE_MS = 30 * 60_000;
const SESSION_MAX_MS = 24 * 3_600_000;
/** How stale the stored time of the last event may be; spares a write for each event. */
const SESSION_WRITE_MS = 5_000;

interface Session {
  id: string;
  startedAt: number;
  lastAt: number;
}

/** The customer of this browser: an anonymous installation, and sessions of 30 minutes' idle time and 24 hours at most. */
export function createBrowserPlace(store: Store): Place {
  let installationId: string | undefined;
  let session: Session | undefined;
  let writtenAt = 0;

  function touch(time: number): { isNewSession: boolean; previousSessionId?: string | undefined } {
    const previous = session;
    // Another tab may have kept the session alive, or begun the next one.
    if (!isAlive(session, time)) session = readSession(store.read(SESSION_KEY));
    const isNewSession = !isAlive(session, time);
    if (isNewSession || !session) session = { id: createUuid(time), startedAt: time, lastAt: time };
    session.lastAt = Math.max(session.lastAt, time);
    if (isNewSession || time - writtenAt > SESSION_WRITE_MS) {
      writtenAt = time;
      store.write(SESSION_KEY, JSON.stringify(session));
    }
    return { isNewSession, previousSessionId: previous?.id };
  }

  return {
    who(time) {
      installationId ??= store.read(INSTALLATION_KEY);
      if (!installationId) {
        installationId = createUuid(time);
        store.write(INSTALLATION_KEY, installationId);
      }
      const touched = touch(time);
      return { installationId, sessionId: session?.id, ...touched };
    },
    path: () => globalThis.location?.pathname,
    forget() {
      installationId = session = undefined;
      store.write(INSTALLATION_KEY, "");
      store.write(SESSION_KEY, "");
    },
  };
}

/** False also for what somebody else has stored under our key: comparing with what is no number is false. */
function isAlive(session: Session | undefined, time: number): session is Session {
  return !!session && time - session.lastAt < SESSION_IDLE_MS && time - session.startedAt < SESSION_MAX_MS;
}

function readSession(text: string | undefined): Session | undefined {
  try {
    return JSON.parse(text ?? "") as Session;
  } catch {
    return undefined;
  }
}
