import { m } from "#paraglide/messages.js";

export const PERIOD_LABELS = {
  day: m.retention_day,
  week: m.retention_week,
  month: m.retention_month,
} as const;

/** The nth period after the start. */
export const NTH_LABELS = {
  day: m.retention_nth_day,
  week: m.retention_nth_week,
  month: m.retention_nth_month,
} as const;

export const BREAKDOWN_LABELS = {
  channel: m.retention_by_channel,
  audience: m.retention_by_audience,
  os: m.retention_by_os,
  release: m.retention_by_release,
} as const;
