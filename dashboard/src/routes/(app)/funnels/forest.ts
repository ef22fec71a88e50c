/**
 * Where relative risks stand on a shared logarithmic axis, 0-1: twice as likely is as far from 1 as half as likely.
 * The axis reaches from 1/limit to limit; what lies outside is drawn at its end.
 */
export function forestScale(risks: readonly { low: number; high: number }[]): (risk: number) => number {
  const reach = risks
    .flatMap(({ low, high }) => [low, high])
    .filter((risk) => risk > 0 && Number.isFinite(risk));
  const limit = Math.min(64, Math.max(2, ...reach.map((risk) => Math.max(risk, 1 / risk))));
  return (risk) => {
    const clamped = Math.min(limit, Math.max(1 / limit, risk));
    return (Math.log(clamped) / Math.log(limit) + 1) / 2;
  };
}
