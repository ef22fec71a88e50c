/** Wall-clock time of a zone as milliseconds, as if it were UTC. */
function wallClock(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(instant);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** What a form holds (`2026-11-24T18:00`, or a day, which means its end) in a zone, as an instant. */
export function instantOf(local: string, timeZone: string): string {
  const wanted = Date.parse(`${local.includes("T") ? local : `${local}T23:59`}Z`);
  // The zone's offset may differ between the guess and the answer when a clock change lies between: correct twice.
  let instant = wanted;
  for (let round = 0; round < 2; round += 1) instant -= wallClock(instant, timeZone) - wanted;
  return new Date(instant).toISOString();
}

/** An instant as a form's `datetime-local` holds it, in a zone. */
export function localOf(iso: string, timeZone: string): string {
  return new Date(wallClock(Date.parse(iso), timeZone)).toISOString().slice(0, 16);
}
