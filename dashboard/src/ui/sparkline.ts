/** Points of a polyline over `width` x `height`; zero is at the bottom, the highest value at the top. */
export function sparklinePoints(values: readonly number[], width: number, height: number): string {
  const top = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map((value, index) => `${(index * step).toFixed(1)},${(height - (value / top) * height).toFixed(1)}`)
    .join(" ");
}
