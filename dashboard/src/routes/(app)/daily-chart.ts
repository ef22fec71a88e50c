import type { BlockedDaily } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

export interface DailyWords {
  day: string;
  transactions: string;
  customers: string;
  goal: string;
  partial: string;
}

/** How many whole days kept to the goal, of how many since the first error; undefined without a goal. */
export function daysWithinGoal({ items, goal }: BlockedDaily): { within: number; of: number } | undefined {
  if (goal === null) return undefined;
  const first = items.findIndex(({ events }) => events > 0);
  const whole = items.slice(Math.max(0, first)).filter(({ isPartial }) => !isPartial);
  return {
    within: whole.filter(({ blockedTransactions }) => blockedTransactions <= goal).length,
    of: whole.length,
  };
}

/** Blocked transactions a day with the goal as a line; a day that is not over is pale. */
export function buildDailyChart(daily: BlockedDaily, format: Format, words: DailyWords) {
  const { items, goal } = daily;
  const days = items.map(({ day }) => day);
  return (look: Look) => ({
    ...base(look),
    xAxis: { ...categoryAxis(look, days, format.day), boundaryGap: true },
    yAxis: {
      ...valueAxis(look, format.compact),
      // Only where no bar reaches the goal, which must be seen: else the axis ends at a round number by itself.
      ...(goal !== null && items.every((item) => item.blockedTransactions < goal) && { max: goal }),
    },
    tooltip: axisTooltip(look, (lines) => {
      const point = items[lines[0]?.dataIndex ?? -1];
      if (!point) return "";
      return tooltipHtml(sayDay(point, format, words), [
        { name: words.transactions, value: format.integer(point.blockedTransactions), color: look.second },
        { name: words.customers, value: format.integer(point.blockedCustomers) },
        ...(goal === null ? [] : [{ name: words.goal, value: format.integer(goal) }]),
      ]);
    }),
    series: [
      { ...bars(items, look), name: words.transactions, ...(goal !== null && goalLine(goal, look, words)) },
    ],
  });
}

function bars(items: BlockedDaily["items"], look: Look) {
  return {
    type: "bar",
    color: look.second,
    barMaxWidth: 28,
    itemStyle: { borderRadius: [3, 3, 0, 0] },
    data: items.map(({ blockedTransactions, isPartial }) => ({
      value: blockedTransactions,
      ...(isPartial && { itemStyle: { opacity: 0.4 } }),
    })),
  };
}

function goalLine(goal: number, look: Look, words: DailyWords) {
  return {
    markLine: {
      symbol: "none",
      silent: true,
      label: { color: look.text, fontSize: 11, position: "insideEndTop", formatter: words.goal },
      lineStyle: { color: look.first, type: "dashed", width: 1.5 },
      data: [{ yAxis: goal }],
    },
  };
}

function sayDay(
  { day, isPartial }: BlockedDaily["items"][number],
  format: Format,
  words: DailyWords,
): string {
  return isPartial ? `${format.day(day)} (${words.partial})` : format.day(day);
}

export function dailyTable({ items }: BlockedDaily, format: Format, words: DailyWords): ChartTable {
  return {
    head: [words.day, words.transactions, words.customers],
    rows: items.map((item) => [
      sayDay(item, format, words),
      format.integer(item.blockedTransactions),
      format.integer(item.blockedCustomers),
    ]),
  };
}
