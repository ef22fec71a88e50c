import type { Feature, FeatureClient, Stop } from "../core/feature.ts";
import type { Waiting } from "../core/queue.ts";
import type { Shelf } from "../core/shelf.ts";
import { PREFIX, tryOut } from "./store.ts";
import { listenTo, type Wx } from "./wx.ts";

const KEY = `${PREFIX}queue`;
/** WeChat allows 1 MB a key; Chinese takes three bytes a character. */
const MAX_CHARS = 300_000;
/** Writes of a busy moment together. */
const WRITE_AFTER_MS = 500;

/** Keeps in the mini-program's storage what waits to be sent, so that the next start sends it. */
export function storageQueue(wx: Wx): Feature {
  return { name: "storage-queue", start: (client) => start(wx, client) };
}

function start(wx: Wx, { queue, isDurable, voxloop }: FeatureClient): Stop {
  if (!queue || !isDurable()) return () => undefined;
  const left = readLeft(wx);
  const shelf = createStorageShelf(wx);
  queue.keepOn(shelf);
  if (left.length) {
    // Of a run that has ended: nobody comes back for what it parked.
    queue.restore(left.map((item) => ({ ...item, dueAt: undefined })));
    for (const item of left) shelf.put({ ...item, dueAt: undefined });
    void voxloop.flush();
  }
  const stops = [
    // The system may end the mini-program from now on without another word.
    listenTo(wx, "AppHide", () => shelf.leave()),
    listenTo(wx, "AppShow", () => {
      shelf.comeBack();
      void voxloop.flush();
    }),
    listenTo(wx, "NetworkStatusChange", ({ isConnected }) => {
      if (isConnected) void voxloop.flush();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.keepOn(undefined);
    shelf.leave();
  };
}

function createStorageShelf(wx: Wx): Shelf & { comeBack: () => void } {
  const kept = new Map<string, Waiting>();
  const parked = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    tryOut(() => {
      if (kept.size) wx.setStorageSync(KEY, JSON.stringify(withinLimit([...kept.values()])));
      else wx.removeStorageSync(KEY);
    });
  }
  function writeSoon(): void {
    timer ??= setTimeout(write, WRITE_AFTER_MS);
  }
  return {
    put(item) {
      kept.set(item.id, item);
      if (item.dueAt) parked.add(item.id);
      writeSoon();
    },
    remove(items) {
      for (const { id } of items) kept.delete(id);
      if (items.length) writeSoon();
    },
    clear() {
      kept.clear();
      write();
    },
    leave() {
      write();
      // The mini-program may come back as it is: what waits here waits in memory, too.
      return false;
    },
    comeBack() {
      for (const id of parked) kept.delete(id);
      if (parked.size) writeSoon();
      parked.clear();
    },
  };
}

/** What has room: errors first, then the newest, in their order. */
function withinLimit(items: readonly Waiting[]): Waiting[] {
  let room = MAX_CHARS;
  const fits = ({ json }: Waiting): boolean => (room -= json.length + 100) >= 0;
  // oxlint-disable-next-line unicorn/no-array-reverse -- a copy; phones do not have toReversed
  const newest = [...items].reverse();
  const errors = new Set(newest.filter((item) => item.isError && fits(item)));
  const others = new Set(newest.filter((item) => !item.isError && fits(item)));
  return items.filter((item) => errors.has(item) || others.has(item));
}

function readLeft(wx: Wx): Waiting[] {
  const stored = tryOut(() => JSON.parse(String(wx.getStorageSync(KEY))) as unknown);
  if (!Array.isArray(stored)) return [];
  return stored.filter(
    (item: Partial<Waiting> | null) => typeof item?.id === "string" && typeof item.json === "string",
  );
}
