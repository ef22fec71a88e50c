import type { Waiting } from "./queue.ts";

/** Where waiting records outlive their page. Nothing here throws or rejects. */
export interface Shelf {
  /** This waits from now on. */
  put: (item: Waiting) => void;
  /** These wait no more: they are delivered, or dropped. */
  remove: (items: readonly Waiting[]) => void;
  /** The page is going. True when all that waits is here, for the next page; then it waits nowhere else. */
  leave: () => boolean;
  /** Removes everything, of every page. */
  clear: () => void;
}

/** What a shelf may ask of the queue. */
export interface Queue {
  /** Tells the shelf of what waits, from now on. */
  keepOn: (shelf: Shelf | undefined) => void;
  /** Puts records that an earlier page left in front. */
  restore: (items: readonly Waiting[]) => void;
}
