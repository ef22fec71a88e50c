/**
 * Where an id stands in [0, 1) for a sample of this salt: the same on every device, and independent from salt to salt.
 * FNV-1a, whose last characters hardly reach its high bits, and so MurmurHash3's finaliser after it.
 */
export function shareOf(salt: string, id: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${salt}:${id}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
