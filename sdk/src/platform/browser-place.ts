import type { Place } from "../core/emitter.ts";
import type { Attributes } from "../core/event.ts";
import type { Store } from "../core/store.ts";
import { createUuid } from "../core/uuid.ts";

const KEY = "customer";
const SESSION_IDLE_MS = 30 * 60_000;
const SESSION_MAX_MS = 24 * 3_600_000;
/** How stale the stored time of the last event may be; spares a write for each event. */
const SESSION_WRITE_MS = 5_000;

/** What one customer's tabs share, as it is stored. */
interface Customer {
  userId?: string;
  installationId?: string;
  session?: { id: string; startedAt: number; lastAt: number };
  attributes?: Attributes;
}

/**
 * The customer of this browser: the user who signed in, an anonymous installation, and its sessions, which end after
 * 30 minutes without an event and after 24 hours. What one tab stores counts in the others with their next event.
 */
export function createBrowserPlace(store: Store): Place {
  const { load, save } = createRecord(store);
  /** The id of the session before, until the one that began is announced. */
  let previous: { id: string | undefined } | undefined;

  function touch(time: number): Customer {
    const known = load();
    const { session, installationId = createUuid(time) } = known;
    // With what is no number, as somebody else may have stored it, comparing is false.
    const idleMs = time - Number(session?.lastAt);
    const isAlive = idleMs < SESSION_IDLE_MS && time - Number(session?.startedAt) < SESSION_MAX_MS;
    if (isAlive && idleMs < SESSION_WRITE_MS) return known;
    if (!isAlive) previous = { id: session?.id };
    const begun = isAlive ? session! : { id: createUuid(time), startedAt: time };
    return save({ ...known, installationId, session: { ...begun, lastAt: time } });
  }

  return {
    who(time, isLook) {
      const { session, ...who } = touch(time);
      const begun = previous;
      if (!isLook) previous = undefined;
      return { ...who, sessionId: session?.id, isNewSession: !!begun, previousSessionId: begun?.id };
    },
    path: () => globalThis.location?.pathname,
    remember(userId) {
      const known = load();
      if (known.userId === userId) return false;
      // Somebody else: without a reset their device would look shared.
      save({ ...(known.userId ? {} : known), userId });
      return true;
    },
    setAttributes(more) {
      const known = load();
      save({ ...known, attributes: { ...known.attributes, ...more } });
    },
    forget: () => store.write(KEY, ""),
  };
}

/** The stored customer, read again when another tab has changed it. */
function createRecord(store: Store): { load: () => Customer; save: (changed: Customer) => Customer } {
  let text = "";
  let customer: Customer = {};
  return {
    load() {
      const stored = store.read(KEY);
      if (stored !== text) customer = parse((text = stored));
      return customer;
    },
    save(changed) {
      customer = changed;
      store.write(KEY, (text = JSON.stringify(changed)));
      return changed;
    },
  };
}

function parse(text: string): Customer {
  try {
    return Object(JSON.parse(text)) as Customer;
  } catch {
    return {};
  }
}
