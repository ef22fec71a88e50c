import type { Waiting } from "./queue.ts";

/**
 * Where waiting records outlive their page. Nothing here throws or rejects: where a browser forbids storage, or has no
 * room, there is simply nothing on the shelf.
 */
export interface Shelf {
  /** Whether anything may be kept on the device. */
  allow: (isDurable: boolean) => void;
  /** True while what was put is really there. */
  works: () => boolean;
  put: (items: readonly Waiting[]) => void;
  remove: (items: readonly Waiting[]) => void;
  /** Gives what pages that live no more have left and that is due; it belongs to this page from now on. */
  adopt: (take: (items: Waiting[]) => void) => void;
  /** Removes everything, of every page. */
  clear: () => void;
  /** The page is going: what it has put is for whoever adopts it. The shelf opens again by itself. */
  release: () => void;
}
