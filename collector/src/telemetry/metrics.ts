import type { Meter } from "@opentelemetry/api";
import type { CollectorStats } from "../collector.ts";

interface Reading {
  value: number;
  attributes?: Record<string, string>;
}

interface Shown {
  name: string;
  description: string;
  read: (stats: CollectorStats) => Reading[];
}

/** Counted since the start; Prometheus adds `_total`. */
const COUNTERS: readonly Shown[] = [
  {
    name: "voxloop.collector.accepted_events",
    description: "Events that were on disk when their sender got its answer",
    read: (stats) => one(stats.accepted),
  },
  {
    name: "voxloop.collector.rejected",
    description: "Requests refused, by reason; invalid_record counts single records",
    read: (stats) => each("reason", stats.rejected),
  },
  {
    name: "voxloop.collector.bots",
    description: "Events of programs that say they are no person's browser, kept with a mark",
    read: (stats) => one(stats.bots),
  },
  {
    name: "voxloop.collector.redacted",
    description: "Values removed before anything was stored, by rule",
    read: (stats) => each("rule", stats.redacted),
  },
  {
    name: "voxloop.collector.inserted_events",
    description: "Events that ClickHouse took",
    read: (stats) => one(stats.drained),
  },
  {
    name: "voxloop.collector.insert_errors",
    description: "Inserts that failed and are tried again",
    read: (stats) => one(stats.insertErrors),
  },
  {
    name: "voxloop.collector.poisoned_rows",
    description: "Rows that ClickHouse refused, set aside in the spool's folder poison",
    read: (stats) => one(stats.poisoned),
  },
  {
    name: "voxloop.collector.reports_dropped",
    description: "Reports for the ingestion page that found no place in memory",
    read: (stats) => one(stats.reportsDropped),
  },
  {
    name: "voxloop.collector.spool.syncs",
    description: "Group commits of the spool",
    read: (stats) => one(stats.spoolSyncs),
  },
];

const GAUGES: readonly Shown[] = [
  {
    name: "voxloop.collector.spool.bytes",
    description: "Bytes accepted and not yet in ClickHouse",
    read: (stats) => one(stats.spoolBytes),
  },
  {
    name: "voxloop.collector.spool.quota_bytes",
    description: "Bytes the spool may hold; beyond it requests are answered 503",
    read: (stats) => one(stats.spoolMaxBytes),
  },
  {
    name: "voxloop.collector.drain_lag_seconds",
    description: "From the arrival of the oldest event of the last insert until ClickHouse had it",
    read: (stats) => one(stats.drainLagSeconds),
  },
  {
    name: "voxloop.collector.spool.disk_free_bytes",
    description: "Free bytes of the disk that holds the spool; a part of it is kept free",
    read: (stats) => one(stats.diskFreeBytes),
  },
  {
    name: "voxloop.collector.spool.oldest_seconds",
    description: "Age of the oldest batch that waits in the spool",
    read: (stats) => one(stats.spoolOldestSeconds),
  },
];

/**
 * Shows the collector's counters as instruments. They are read when somebody collects, so that an event costs nothing
 * more. No project is a label: their number has no bound, and each sees its own numbers on the ingestion page.
 */
export function observeCollector(meter: Meter, stats: () => CollectorStats): void {
  const shown = [
    ...COUNTERS.map((one) => ({ ...one, instrument: meter.createObservableCounter(one.name, one) })),
    ...GAUGES.map((one) => ({ ...one, instrument: meter.createObservableGauge(one.name, one) })),
  ];
  meter.addBatchObservableCallback(
    (result) => {
      const now = stats();
      for (const { instrument, read } of shown)
        for (const { value, attributes } of read(now)) result.observe(instrument, value, attributes);
    },
    shown.map(({ instrument }) => instrument),
  );
}

function one(value: number): Reading[] {
  return [{ value }];
}

function each(label: string, values: Record<string, number>): Reading[] {
  return Object.entries(values).map(([name, value]) => ({ value, attributes: { [label]: name } }));
}
