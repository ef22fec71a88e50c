import type { GuidanceRecovery } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import { nobodyMet, recoveryRows, type RecoveryArm } from "./recovery-rows.ts";

const arm = (more: Partial<RecoveryArm> = {}): RecoveryArm => ({
  stopped: 0,
  recovered: 0,
  share: null,
  low: null,
  high: null,
  tooFew: true,
  medianSeconds: null,
  stillInWindow: 0,
  outsideFlows: 0,
  ...more,
});

const comparison = (shown: number): GuidanceRecovery["total"] => ({
  shown: arm({ stopped: shown }),
  heldOut: arm(),
  difference: { gap: null, low: null, high: null, tooFew: true },
  followed: 0,
  dismissed: 0,
});

const recovery = (versions: number[]): GuidanceRecovery => ({
  from: "2026-11-18T00:00:00.000Z",
  to: "2026-11-25T00:00:00.000Z",
  recoveryWindowSeconds: 1800,
  total: comparison(versions.length),
  versions: versions.map((version) => ({ ...comparison(1), version })),
});

test("one version is two rows: shown, with what it is compared by, and held out", () => {
  const rows = recoveryRows(recovery([3]));
  expect(rows.map(({ key, version }) => [key, version])).toEqual([
    ["3-shown", 3],
    ["3-held-out", 3],
  ]);
  expect(rows.map(({ against }) => against !== undefined)).toEqual([true, false]);
});

test("several versions come after all of them together", () => {
  expect(recoveryRows(recovery([2, 1])).map(({ key }) => key)).toEqual([
    "all-shown",
    "all-held-out",
    "2-shown",
    "2-held-out",
    "1-shown",
    "1-held-out",
  ]);
});

test("a customer whose window is open has met it", () => {
  const none = recovery([]);
  expect(nobodyMet(none)).toBe(true);
  none.total.heldOut.stillInWindow = 1;
  expect(nobodyMet(none)).toBe(false);
});
