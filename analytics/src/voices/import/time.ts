const YEAR_FIRST =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:[.,](\d{1,9}))?秒?)?分?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const MONTH_NAME =
  /^(?:([A-Z][a-z]{2,8})\.? (\d{1,2}),?|(\d{1,2}) ([A-Z][a-z]{2,8})\.?,?) (\d{4})(?:,? (?:at )?(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AP]M))?)?$/i;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const EARLIEST = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** A time, or why it is none. */
type ReadTime = { time: Date } | { reason: string };

/**
 * Reads what exports write: ISO 8601, `2026/5/1 12:30`, `2026年5月1日`, `May 1, 2026`, Unix seconds or milliseconds. A time without a
 * zone is one of `timeZone`. `01/05/2026` is refused: it is two days, by who reads it.
 */
export function readTime(text: string, { timeZone, now }: { timeZone: string; now: Date }): ReadTime {
  const time = parseTime(text.trim(), timeZone);
  if (time === undefined) {
    const isShort = /^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}/.test(text.trim());
    return {
      reason: isShort
        ? "may be day or month first: write it as 2026-05-31"
        : "is no time: write it as 2026-05-31T12:30:00Z",
    };
  }
  if (time < EARLIEST) return { reason: "is before the year 2000" };
  if (time > now.getTime() + DAY_MS) return { reason: "is in the future" };
  return { time: new Date(time) };
}

function parseTime(text: string, timeZone: string): number | undefined {
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000;
  if (/^\d{13}$/.test(text)) return Number(text);
  const numbers = YEAR_FIRST.exec(text);
  if (numbers !== null) {
    const [year, month, day, hour, minute, second] = numbers.slice(1, 7).map((part) => Number(part ?? 0));
    const fraction = Number(`0.${numbers[7] ?? 0}`);
    return inZone([year, month, day, hour, minute, (second ?? 0) + fraction], numbers[8] ?? timeZone);
  }
  return namedMonth(text, timeZone);
}

function namedMonth(text: string, timeZone: string): number | undefined {
  const named = MONTH_NAME.exec(text);
  if (named === null) return undefined;
  const month = MONTHS.indexOf((named[1] ?? named[4] ?? "").slice(0, 3).toLowerCase()) + 1;
  const half = named[9]?.toUpperCase();
  const given = Number(named[6] ?? 0);
  const hour = half === undefined ? given : (given % 12) + (half === "PM" ? 12 : 0);
  const [year, day] = [Number(named[5]), Number(named[2] ?? named[3])];
  return inZone([year, month, day, hour, Number(named[7] ?? 0), Number(named[8] ?? 0)], timeZone);
}

/** Undefined for what no clock shows, as the 31st of April. */
function inZone(parts: readonly (number | undefined)[], zone: string): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const wall = Date.UTC(year, month - 1, day, hour, minute) + Math.floor(second * 1_000);
  const isReal = new Date(wall).getUTCDate() === day && month >= 1 && month <= 12;
  if (!isReal || hour > 24 || minute > 59 || second >= 61) return undefined;
  if (/^(?:Z|UTC|GMT)$/i.test(zone)) return wall;
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (offset === null) return wall - offsetAt(wall - offsetAt(wall, zone), zone);
  const ahead = (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
  return offset[1] === "+" ? wall - ahead : wall + ahead;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clocks are ahead of UTC at a time, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    // The locale of Sweden writes ISO 8601.
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  formats.set(timeZone, format);
  return Date.parse(`${format.format(time).replace(" ", "T")}Z`) - Math.floor(time / 1_000) * 1_000;
}
