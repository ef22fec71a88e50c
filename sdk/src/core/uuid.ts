/** UUID version 7 (RFC 9562, 5.7): ordered by the event's time, random else. */
export function createUuid(time: number): string {
  let hex = Math.max(0, Math.floor(time)).toString(16).padStart(12, "0").slice(-12);
  for (const byte of randomBytes()) hex += byte.toString(16).padStart(2, "0");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-7$3-a$4-$5");
}

function randomBytes(): Uint8Array {
  const bytes = new Uint8Array(10);
  // Old web views have no crypto; an event id must be unique, not secret.
  const { crypto }: Partial<typeof globalThis> = globalThis;
  return crypto ? crypto.getRandomValues(bytes) : bytes.map(() => Math.random() * 256);
}
