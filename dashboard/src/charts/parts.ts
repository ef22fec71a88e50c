import type { Look } from "./look.ts";

/** The same numbers as a table, for those who cannot or do not want to read the drawing. */
export interface ChartTable {
  head: string[];
  rows: string[][];
}

export interface TooltipLine {
  seriesName?: string;
  color?: unknown;
  value?: unknown;
  dataIndex: number;
  axisValue?: string | number;
}

/** Names may hold anything an app sends; ECharts takes a tooltip's text as HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}

export function tooltipHtml(
  title: string,
  lines: readonly { name: string; value: string; color?: string }[],
): string {
  const rows = lines.map(({ name, value, color }) => {
    const dot = color
      ? `<i style="display:inline-block;width:8px;height:8px;border-radius:2px;background:${color};margin-right:6px"></i>`
      : "";
    return `<div style="display:flex;justify-content:space-between;gap:20px"><span>${dot}${escapeHtml(name)}</span><b style="font-weight:600;font-variant-numeric:tabular-nums">${escapeHtml(value)}</b></div>`;
  });
  return `<div style="margin-bottom:4px;opacity:.7">${escapeHtml(title)}</div>${rows.join("")}`;
}

/** A tooltip over one place of the category axis. */
export function axisTooltip(look: Look, html: (lines: TooltipLine[]) => string) {
  return {
    trigger: "axis",
    backgroundColor: look.surface,
    borderColor: look.border,
    padding: [8, 10],
    textStyle: { color: look.text, fontSize: 12, fontFamily: look.font },
    axisPointer: { type: "line", lineStyle: { color: look.quiet } },
    confine: true,
    formatter: (given: unknown) => html(Array.isArray(given) ? (given as TooltipLine[]) : []),
  };
}

export function categoryAxis(look: Look, data: readonly string[], label: (value: string) => string) {
  return {
    type: "category",
    data: [...data],
    boundaryGap: false,
    axisLine: { lineStyle: { color: look.border } },
    axisTick: { show: false },
    axisLabel: { color: look.faint, fontSize: 11, hideOverlap: true, formatter: label },
  };
}

export function valueAxis(look: Look, label: (value: number) => string) {
  return {
    type: "value",
    splitNumber: 4,
    minInterval: 1,
    axisLabel: { color: look.faint, fontSize: 11, formatter: label },
    splitLine: { lineStyle: { color: look.grid } },
  };
}

export function base(look: Look) {
  return {
    animationDuration: 240,
    textStyle: { fontFamily: look.font },
    grid: {
      left: 4,
      right: 12,
      top: 12,
      bottom: 2,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
  };
}
