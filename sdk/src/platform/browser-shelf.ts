import type { Waiting } from "../core/queue.ts";
import type { Shelf } from "../core/shelf.ts";
import { createUuid } from "../core/uuid.ts";

const RECORDS = "records";

type Kept = Waiting & { owner: string };

/**
 * IndexedDB, where each record names the page that owns it. A living page holds a lock of its name; without Web Locks,
 * which need https, all others count as gone: then a record may be sent twice, and is counted once.
 */
export function createBrowserShelf(name: string): Shelf {
  let works = false;
  let database: Promise<IDBDatabase> | undefined;
  let owner: string;
  let unlock: ((value?: unknown) => void) | undefined;

  /** Commits at once, as a page that goes takes an open transaction with it; `work` gives true to go on. */
  async function run(work: (records: IDBObjectStore) => unknown): Promise<void> {
    try {
      if (!works) return;
      database ??= connect();
      const transaction = (await database).transaction(RECORDS, "readwrite");
      transaction.onabort = fail;
      if (work(transaction.objectStore(RECORDS)) !== true) transaction.commit?.();
    } catch {
      fail();
    }
  }

  function fail(): void {
    works = false;
  }

  function connect(): Promise<IDBDatabase> {
    owner = createUuid(Date.now());
    const isHeld = new Promise((resolve) => (unlock = resolve));
    navigator.locks?.request(owner, () => isHeld).catch(() => undefined);
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onupgradeneeded = () => request.result.createObjectStore(RECORDS, { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = reject;
    });
  }

  return {
    allow: (isDurable) => void (works = isDurable),
    works: () => works,
    put: (items) => run((records) => items.forEach((item) => records.put({ ...item, owner }))),
    remove: (items) => items[0] && run((records) => items.forEach(({ id }) => records.delete(id))),
    clear: () => run((records) => records.clear()),
    async adopt(take) {
      const living = await navigator.locks?.query().catch(() => undefined);
      const isAlive = (kept: Kept): boolean =>
        kept.owner === owner || !!living?.held?.some((lock) => lock.name === kept.owner);
      return run((records) => {
        const all: IDBRequest<Kept[]> = records.getAll();
        all.onsuccess = () => {
          const orphans = all.result.filter((kept) => !isAlive(kept) && !(kept.dueAt! > Date.now()));
          for (const kept of orphans) records.put({ ...kept, owner });
          take(orphans);
        };
        return true;
      });
    },
    release() {
      unlock?.();
      database?.then((opened) => opened.close()).catch(() => undefined);
      database = undefined;
    },
  };
}
