export interface Format {
  integer: (value: number) => string;
  /** 12345 -> 12.3K (1.2万 in Chinese). */
  compact: (value: number) => string;
  decimal: (value: number, digits?: number) => string;
  /** 0.123 -> 12.3%. */
  percent: (share: number, digits?: number) => string;
  /** -0.5 -> -50%, 0.2 -> +20%. */
  change: (share: number, digits?: number) => string;
  /** As `change`, but a growth beyond tenfold is only said to be that: its digits would say more than is known. */
  growth: (share: number) => string;
  /** With a sign: +12, -3. */
  signed: (value: number, digits?: number) => string;
  dateTime: (iso: string) => string;
  date: (iso: string) => string;
  time: (iso: string) => string;
  /** `2026-11-24`, already a day of the project's time zone. */
  day: (day: string) => string;
  /** An axis label that suits the length of the whole. */
  tick: (iso: string, spanMs: number) => string;
  ago: (iso: string, now: Date) => string;
  duration: (seconds: number) => string;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const MOST_GROWTH = 9.99;

/** Numbers as the language writes them, times in the project's time zone. */
export function createFormat(locale: string, timeZone: string): Format {
  return { ...numberFormats(locale), ...timeFormats(locale, timeZone), ...spanFormats(locale) };
}

function numberFormats(locale: string) {
  const number = (value: number, options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, options).format(value);
  const change = (share: number, digits = 0) =>
    number(share, { style: "percent", maximumFractionDigits: digits, signDisplay: "exceptZero" });
  return {
    integer: (value: number) => number(value, { maximumFractionDigits: 0 }),
    compact: (value: number) =>
      Math.abs(value) < 10_000
        ? number(value, { maximumFractionDigits: 0 })
        : number(value, { notation: "compact", maximumFractionDigits: 1 }),
    decimal: (value: number, digits = 1) =>
      number(value, { maximumFractionDigits: digits, minimumFractionDigits: digits }),
    percent: (share: number, digits = 1) =>
      number(share, { style: "percent", maximumFractionDigits: digits }),
    change,
    growth: (share: number) => (share > MOST_GROWTH ? `> ${change(MOST_GROWTH)}` : change(share)),
    signed: (value: number, digits = 0) =>
      number(value, { maximumFractionDigits: digits, signDisplay: "exceptZero" }),
  };
}

function timeFormats(locale: string, timeZone: string) {
  const when = (iso: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone, hourCycle: "h23", ...options }).format(new Date(iso));
  const hourMinute = { hour: "2-digit", minute: "2-digit" } as const;
  const monthDay = { month: "short", day: "numeric" } as const;
  return {
    dateTime: (iso: string) => when(iso, { ...monthDay, ...hourMinute }),
    date: (iso: string) => when(iso, { year: "numeric", ...monthDay }),
    time: (iso: string) => when(iso, { ...hourMinute, second: "2-digit" }),
    day: (day: string) => when(`${day}T00:00:00Z`, { timeZone: "UTC", ...monthDay }),
    tick: (iso: string, spanMs: number) => {
      if (spanMs > 8 * DAY * 1000) return when(iso, monthDay);
      return when(iso, spanMs > 2 * DAY * 1000 ? { ...monthDay, ...hourMinute } : hourMinute);
    },
  };
}

function spanFormats(locale: string) {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const unit = (value: number, name: string) => {
    const maximumFractionDigits = value < 10 ? 1 : 0;
    const options = { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits } as const;
    return new Intl.NumberFormat(locale, options).format(value);
  };
  return {
    ago: (iso: string, now: Date) => {
      const seconds = Math.min(0, (new Date(iso).getTime() - now.getTime()) / 1000);
      if (seconds > -MINUTE) return relative.format(Math.round(seconds), "second");
      if (seconds > -HOUR) return relative.format(Math.round(seconds / MINUTE), "minute");
      if (seconds > -DAY) return relative.format(Math.round(seconds / HOUR), "hour");
      return relative.format(Math.round(seconds / DAY), "day");
    },
    duration: (seconds: number) => {
      if (seconds < MINUTE) return unit(seconds, "second");
      if (seconds < HOUR) return unit(seconds / MINUTE, "minute");
      if (seconds < DAY) return unit(seconds / HOUR, "hour");
      return unit(seconds / DAY, "day");
    },
  };
}

/** Relative change against the period before; null when there was nothing to compare with. */
export function changeFrom(previous: number | null, current: number | null): number | null {
  if (previous === null || current === null || previous === 0) return null;
  return (current - previous) / previous;
}
