/** An encoded record that waits to be sent. */
export interface Waiting {
  json: string;
  bytes: number;
  isError: boolean;
}

export interface Queue {
  size(): number;
  /** Adds at the end; gives how many records had to go to make room. */
  add(item: Waiting): number;
  /** Puts a batch that was not delivered back at the front; gives how many records had to go. */
  putBack(items: readonly Waiting[]): number;
  /** Takes from the front, at least one record if there is any. */
  take(maxItems: number, maxBytes: number): Waiting[];
}

/** Bounded queue: when full, the oldest record that is no error goes first, then the oldest error. */
export function createQueue(maxSize: number): Queue {
  let items: Waiting[] = [];

  function makeRoom(): number {
    const excess = items.length - maxSize;
    for (let dropped = 0; dropped < excess; dropped++) {
      const oldest = items.findIndex((item) => !item.isError);
      items.splice(Math.max(0, oldest), 1);
    }
    return Math.max(0, excess);
  }

  return {
    size: () => items.length,
    add(item) {
      items.push(item);
      return makeRoom();
    },
    putBack(batch) {
      items = [...batch, ...items];
      return makeRoom();
    },
    take(maxItems, maxBytes) {
      let count = 0;
      let bytes = 0;
      while (count < Math.min(maxItems, items.length)) {
        bytes += items[count]?.bytes ?? 0;
        if (count > 0 && bytes > maxBytes) break;
        count++;
      }
      return items.splice(0, count);
    },
  };
}
