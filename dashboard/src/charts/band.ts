/**
 * A band between two bounds, as ECharts draws one: an invisible line at the lower bound and, stacked on it, an area as
 * high as the interval. `all` stacks across zero; the default would put the parts below and above it apart.
 */
export function bandSeries(bounds: readonly { low: number | null; high: number | null }[], color: string) {
  const line = {
    type: "line",
    stack: "band",
    stackStrategy: "all",
    symbol: "none",
    silent: true,
    lineStyle: { opacity: 0 },
    color,
  };
  const known = bounds.map(({ low, high }) => (low === null || high === null ? null : { low, high }));
  return [
    { ...line, data: known.map((bound) => bound?.low ?? null) },
    {
      ...line,
      data: known.map((bound) => (bound ? bound.high - bound.low : null)),
      areaStyle: { opacity: 0.16 },
    },
  ];
}
