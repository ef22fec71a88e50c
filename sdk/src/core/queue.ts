/** An encoded record that waits to be sent. */
export interface Waiting {
  /** The event's id. */
  id: string;
  json: string;
  isError: boolean;
  /** Unix milliseconds before which no other page sends it: until then its own may come back and withdraw it. */
  dueAt?: number | undefined;
}

/** Takes from the front at most so many records of so many characters, and at least one if there is any. */
export function takeBatch(items: Waiting[], maxItems: number, maxChars: number): Waiting[] {
  let count = 1;
  let chars = items[0]?.json.length ?? 0;
  while (count < maxItems && (chars += items[count]?.json.length ?? Infinity) <= maxChars) count++;
  return items.splice(0, count);
}

/** Takes out what is too much: the oldest records that are no errors first, then the oldest errors. */
export function takeExcess(items: Waiting[], maxItems: number): Waiting[] {
  const excess: Waiting[] = [];
  while (items.length > maxItems) {
    const oldest = items.findIndex(({ isError }) => !isError);
    excess.push(...items.splice(Math.max(0, oldest), 1));
  }
  return excess;
}
