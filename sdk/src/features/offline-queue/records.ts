import type { Waiting } from "../../core/queue.ts";
import { createUuid } from "../../core/uuid.ts";

const RECORDS = "records";

type Kept = Waiting & { owner: string };

/** Waiting records of all pages of a site. Nothing here throws or rejects. */
export interface Records {
  /** False from the first failure on: then nothing is kept any more. */
  works: () => boolean;
  put: (items: readonly Waiting[]) => void;
  remove: (items: readonly Waiting[]) => void;
  clear: () => void;
  /** Gives what pages that live no more have left, if it is due; it belongs to this page from now on. */
  adopt: (take: (items: Waiting[]) => void) => void;
  /** What this page has put may be adopted, and the page may enter the back/forward cache. */
  release: () => void;
}

/**
 * IndexedDB, where each record names the page that owns it. A living page holds a lock of its name; without Web Locks,
 * which need https, all others count as gone: then a record may be sent twice, and is counted once.
 */
export function openRecords(name: string): Records {
  let page: OpenPage | undefined;
  let works = true;

  function fail(): void {
    works = false;
  }
  /** Commits at once, as a page that goes takes an open transaction with it; `work` gives true to go on. */
  async function run(work: (records: IDBObjectStore, owner: string) => boolean | void): Promise<void> {
    try {
      if (!works) return;
      page ??= openPage(name);
      const { owner, database } = page;
      const transaction = (await database).transaction(RECORDS, "readwrite");
      transaction.addEventListener("abort", fail);
      if (!work(transaction.objectStore(RECORDS), owner)) transaction.commit?.();
    } catch {
      fail();
    }
  }

  return {
    works: () => works,
    put: (items) =>
      void run((records, owner) => {
        for (const item of items) records.put({ ...item, owner });
      }),
    remove: (items) =>
      void run((records) => {
        for (const { id } of items) records.delete(id);
      }),
    clear: () => void run((records) => void records.clear()),
    adopt: (take) =>
      void livingPages().then((living) =>
        run((records, owner) => adopt(records, { living: living.add(owner), owner }, take)),
      ),
    release() {
      page?.leave();
      page = undefined;
    },
  };
}

interface OpenPage {
  /** The name of this stay of the page; after a return from the back/forward cache it is another. */
  owner: string;
  database: Promise<IDBDatabase>;
  leave: () => void;
}

function openPage(name: string): OpenPage {
  const owner = createUuid(Date.now());
  const database = connect(name);
  let unlock: ((value?: unknown) => void) | undefined;
  const isHeld = new Promise((resolve) => (unlock = resolve));
  locks()
    ?.request(owner, () => isHeld)
    .catch(() => undefined);
  function leave(): void {
    unlock?.();
    database.then((opened) => opened.close()).catch(() => undefined);
  }
  return { owner, database, leave };
}

function connect(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.addEventListener("upgradeneeded", () =>
      request.result.createObjectStore(RECORDS, { keyPath: "id" }),
    );
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB")));
  });
}

interface Adopter {
  owner: string;
  /** Itself included. */
  living: ReadonlySet<string>;
}

/** In one transaction, so that of two pages that ask at once one gets a record. */
function adopt(records: IDBObjectStore, { living, owner }: Adopter, take: (items: Waiting[]) => void): true {
  const all: IDBRequest<Kept[]> = records.getAll();
  all.addEventListener("success", () => {
    const orphans = all.result.filter(
      (kept) => !living.has(kept.owner) && !(Number(kept.dueAt) > Date.now()),
    );
    for (const kept of orphans) records.put({ ...kept, owner });
    take(orphans);
  });
  return true;
}

function locks(): LockManager | undefined {
  return globalThis.navigator?.locks;
}

async function livingPages(): Promise<Set<string>> {
  try {
    const { held = [] } = (await locks()?.query()) ?? {};
    return new Set(held.map((lock) => String(lock.name)));
  } catch {
    return new Set();
  }
}
