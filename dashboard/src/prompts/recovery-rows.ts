import type { GuidanceRecovery, RecoveryComparison } from "@voxloop/analytics/shapes";

export type RecoveryArm = RecoveryComparison["shown"];

export interface RecoveryRow {
  key: string;
  /** Undefined of all versions together. */
  version: number | undefined;
  arm: RecoveryArm;
  /** Absent of the customers held out: they are what the others are compared with. */
  against?: Pick<RecoveryComparison, "difference" | "followed" | "dismissed">;
}

/** Each version's two groups, the newest first; all together only where they are of more than one version. */
export function recoveryRows({ total, versions }: GuidanceRecovery): RecoveryRow[] {
  const named = versions.map((comparison) => ({
    version: comparison.version as number | undefined,
    comparison,
  }));
  const all = versions.length > 1 ? [{ version: undefined, comparison: total }] : [];
  return [...all, ...named].flatMap(({ version, comparison }) => {
    const { shown, heldOut, ...against } = comparison;
    const key = version === undefined ? "all" : String(version);
    return [
      { key: `${key}-shown`, version, arm: shown, against },
      { key: `${key}-held-out`, version, arm: heldOut },
    ];
  });
}

/** Nobody was stopped, whether he can be judged yet or not. */
export function nobodyMet({ total }: GuidanceRecovery): boolean {
  return [total.shown, total.heldOut].every(
    ({ stopped, stillInWindow, outsideFlows }) => stopped + stillInWindow + outsideFlows === 0,
  );
}
