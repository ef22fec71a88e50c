import type { PageDetail } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

interface Words {
  day: string;
  visits: string;
  partial: string;
}
type Days = PageDetail["days"];

const sayDay = ({ day, isPartial }: Days[number], format: Format, words: Words) =>
  isPartial ? `${format.day(day)} (${words.partial})` : format.day(day);

/** Visits a day; a day that is not whole is pale. */
export function buildVisitsChart(days: Days, format: Format, words: Words) {
  return (look: Look) => ({
    ...base(look),
    xAxis: {
      ...categoryAxis(
        look,
        days.map(({ day }) => day),
        format.day,
      ),
      boundaryGap: true,
    },
    yAxis: valueAxis(look, format.compact),
    tooltip: axisTooltip(look, (lines) => {
      const day = days[lines[0]?.dataIndex ?? -1];
      if (!day) return "";
      const line = { name: words.visits, value: format.integer(day.visits), color: look.first };
      return tooltipHtml(sayDay(day, format, words), [line]);
    }),
    series: [
      {
        type: "bar",
        name: words.visits,
        color: look.first,
        barMaxWidth: 28,
        itemStyle: { borderRadius: [3, 3, 0, 0] },
        data: days.map(({ visits, isPartial }) => ({
          value: visits,
          ...(isPartial && { itemStyle: { opacity: 0.4 } }),
        })),
      },
    ],
  });
}

export const visitsTable = (days: Days, format: Format, words: Words): ChartTable => ({
  head: [words.day, words.visits],
  rows: days.map((day) => [sayDay(day, format, words), format.integer(day.visits)]),
});
