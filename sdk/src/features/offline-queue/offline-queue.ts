import type { Feature, FeatureClient, Stop } from "../../core/feature.ts";
import type { Waiting } from "../../core/queue.ts";
import type { Shelf } from "../../core/shelf.ts";
import { openRecords, type Records } from "./records.ts";

/**
 * Keeps in IndexedDB what waits to be sent, so that it outlives its page: events of a page that was closed offline or
 * killed are sent by the next, and a transaction left open counts as abandoned unless its page comes back. Where
 * IndexedDB is missing, forbidden or full, events live as long as their page, as without this feature.
 */
export function offlineQueue(): Feature {
  return { name: "offline-queue", start };
}

function start({ queue, settings, isDurable, voxloop }: FeatureClient): Stop {
  if (!queue || !isDurable()) return () => undefined;
  const records = openRecords(`voxloop.${settings.writeKey}`);
  const shelf = createShelf(records);
  queue.keepOn(shelf);
  const comeBack = (): void => {
    shelf.comeBack();
    records.adopt((items) => {
      if (!items.length) return;
      queue.restore(items);
      // They have waited long enough.
      void voxloop.flush();
    });
  };
  const stopWatching = watchReturn(comeBack);
  comeBack();
  return () => {
    stopWatching();
    queue.keepOn(undefined);
    shelf.leave();
  };
}

interface PageShelf extends Shelf {
  /** The page is seen again: what was kept in case it is not goes. */
  comeBack: () => void;
}

function createShelf(records: Records): PageShelf {
  const unsaved: Waiting[] = [];
  const parked: Waiting[] = [];
  let isGone = false;

  function save(): void {
    if (unsaved.length) records.put(unsaved.splice(0));
  }

  return {
    put(item) {
      if (isGone) return;
      if (item.dueAt) parked.push(item);
      // One transaction for all that comes at once, and none of it in the way of what the app does now.
      if (unsaved.push(item) === 1) setTimeout(save);
    },
    remove(items) {
      if (items.length) records.remove(items);
    },
    clear() {
      unsaved.length = parked.length = 0;
      records.clear();
    },
    leave() {
      save();
      isGone = true;
      records.release();
      return records.works();
    },
    comeBack() {
      isGone = false;
      if (parked.length) records.remove(parked.splice(0));
    },
  };
}

/** Calls back when the page is seen again, is taken out of the back/forward cache, or has a network again. */
function watchReturn(onReturn: () => void): Stop {
  const listeners: Record<string, (event: Event) => void> = {
    visibilitychange: () => document.visibilityState === "visible" && onReturn(),
    pageshow: (event) => (event as PageTransitionEvent).persisted && onReturn(),
    online: onReturn,
  };
  for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener);
  };
}
