/** UUID version 7 (RFC 9562, 5.7): ordered by the event's time, random else. */
export function createUuid(time: number): string {
  const stamp = Math.max(0, Math.floor(time)).toString(16).padStart(12, "0").slice(-12);
  const bytes = randomBytes();
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = "89ab"[(bytes[3] ?? 0) & 3];
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(8, 20)}`;
}

function randomBytes(): Uint8Array {
  const bytes = new Uint8Array(10);
  // Old web views have no crypto; an event id must be unique, not secret.
  if (typeof globalThis.crypto?.getRandomValues === "function") return crypto.getRandomValues(bytes);
  return bytes.map(() => Math.random() * 256);
}
