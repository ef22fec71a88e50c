import { z } from "zod";
import { shareGap, shareOf } from "../stats/share.ts";

/** Customers whom the error stopped and who were in one arm: shown the guidance, or held out. */
export const recoveryArm = z.object({
  /** Customers whose recovery window has ended; the others cannot be judged yet. */
  stopped: z.number().int(),
  /** Of these, how many succeeded in the same flow within the window. */
  recovered: z.number().int(),
  /** recovered / stopped with its 95 % interval; null when nobody was stopped. */
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Fewer than 30 customers. */
  tooFew: z.boolean(),
  /** From the error to the success, over those who recovered. */
  medianSeconds: z.number().nullable(),
  /** Their window is still open. */
  stillInWindow: z.number().int(),
  /** The error was in no flow, so that no success can be told to be of the same. */
  outsideFlows: z.number().int(),
});

/** Who was shown a version of the guidance against who was held out of it. */
export const recoveryComparison = z.object({
  shown: recoveryArm,
  heldOut: recoveryArm,
  /** Share of the shown minus that of the held out, with its 95 % interval, which is null when either are too few. */
  difference: z.object({
    gap: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    tooFew: z.boolean(),
  }),
  /** Customers who took the next step that it offers, and who closed it without. */
  followed: z.number().int(),
  dismissed: z.number().int(),
});
export type RecoveryComparison = z.infer<typeof recoveryComparison>;

export const guidanceRecovery = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  recoveryWindowSeconds: z.number().int(),
  /** Over all versions: each customer by the first that they met. */
  total: recoveryComparison,
  /** The newest first; those that nobody met are left out. */
  versions: z.array(recoveryComparison.extend({ version: z.number().int() })),
});
export type GuidanceRecovery = z.infer<typeof guidanceRecovery>;

export interface ArmCounts {
  stopped: number;
  recovered: number;
  medianSeconds: number | null;
  stillInWindow: number;
  outsideFlows: number;
}

export interface ActionCounts {
  followed: number;
  dismissed: number;
}

const NOBODY: ArmCounts = {
  stopped: 0,
  recovered: 0,
  medianSeconds: null,
  stillInWindow: 0,
  outsideFlows: 0,
};

/** Two arms side by side; one that is absent is empty. */
export function compareArms(of: {
  shown?: ArmCounts | undefined;
  heldOut?: ArmCounts | undefined;
  actions?: ActionCounts | undefined;
}): RecoveryComparison {
  const [shown, heldOut] = [estimate(of.shown ?? NOBODY), estimate(of.heldOut ?? NOBODY)];
  return {
    shown: shown.arm,
    heldOut: heldOut.arm,
    difference: shareGap(shown.share, heldOut.share),
    followed: of.actions?.followed ?? 0,
    dismissed: of.actions?.dismissed ?? 0,
  };
}

function estimate(counts: ArmCounts) {
  const share = shareOf(counts.recovered, counts.stopped);
  const { cases: _cases, of: _of, ...shown } = share;
  return { share, arm: { ...counts, ...shown } };
}
