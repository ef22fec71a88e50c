import type { Place, Who } from "../core/emitter.ts";
import { createUuid } from "../core/uuid.ts";
import type { Store } from "../core/store.ts";

const USER_KEY = "voxloop.user";
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

/**
 * The customer of this browser: the user who signed in, an anonymous installation, and its sessions. All tabs are one
 * customer's: what one stores counts in the others with their next event.
 */
export function createBrowserPlace(store: Store): Place {
  let installationId: string | undefined;
  let touch = createSessions(store);

  function forget(): void {
    for (const key of [USER_KEY, INSTALLATION_KEY, SESSION_KEY]) store.write(key, "");
  }

  return {
    who(time) {
      const stored = store.read(INSTALLATION_KEY);
      if (!stored || stored !== installationId) touch = createSessions(store);
      installationId = stored || createUuid(time);
      if (!stored) store.write(INSTALLATION_KEY, installationId);
      return { userId: store.read(USER_KEY) || undefined, installationId, ...touch(time) };
    },
    path: () => globalThis.location?.pathname,
    remember(userId) {
      const known = store.read(USER_KEY);
      if (known === userId) return false;
      // Somebody else: without a reset their device would look shared.
      if (known) forget();
      store.write(USER_KEY, userId);
      return true;
    },
    forget,
  };
}

type Touched = Pick<Who, "sessionId" | "isNewSession" | "previousSessionId">;

/** Gives the session of an event at a time: one ends after 30 minutes without an event, and after 24 hours. */
function createSessions(store: Store): (time: number) => Touched {
  let session: Session | undefined;
  let writtenAt = 0;
  return (time) => {
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
    return { sessionId: session.id, isNewSession, previousSessionId: previous?.id };
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
