let lastTime = 0;
let counter = 0;

/**
 * UUID version 7 (RFC 9562, 5.7): ordered by time, in one millisecond by a counter (6.2, method 1: 24 bits that begin at
 * a random one of 20). Random else, by what every engine has: an id must be unique, not secret.
 */
export function createUuid(time: number): string {
  counter = time === lastTime ? counter + 1 : Math.random() * 2 ** 20;
  lastTime = time;
  const [start, middle] = [hexOf(Math.max(0, time), 12), hexOf(counter, 6)];
  const end = hexOf(Math.random() * 2 ** 48, 12);
  return `${start.slice(0, 8)}-${start.slice(8)}-7${middle.slice(0, 3)}-a${middle.slice(3)}-${end}`;
}

function hexOf(value: number, digits: number): string {
  return Math.floor(value).toString(16).padStart(digits, "0").slice(-digits);
}
