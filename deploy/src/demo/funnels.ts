import type { FunnelDefinition } from "@voxloop/analytics";
import { FLOW } from "./truths.ts";

const ofFlow = (flow: string) => ({ "vox.flow": flow });

/** Saved with the demo. The transfer loses people at the form to E1042 and at confirm to E1077. */
export const DEMO_FUNNELS: readonly { name: string; definition: FunnelDefinition }[] = [
  {
    name: "转账 · Transfer",
    definition: {
      steps: [
        {
          event: "vox.transaction",
          label: "Start",
          where: { ...ofFlow(FLOW.transfer), "vox.outcome": "started" },
        },
        { event: "vox.step", label: "Confirm", where: { ...ofFlow(FLOW.transfer), "vox.step": "confirm" } },
        {
          event: "vox.transaction",
          label: "Succeeded",
          where: { ...ofFlow(FLOW.transfer), "vox.outcome": "succeeded" },
        },
      ],
      order: "ordered",
      windowSeconds: 1_800,
      unit: "session",
    },
  },
  {
    name: "生活缴费 · Bill payment",
    definition: {
      steps: [
        { event: "vox.screen.viewed", label: "Bills", where: { "app.screen.name": "bills" } },
        {
          event: "vox.transaction",
          label: "Start",
          where: { ...ofFlow(FLOW.billPayment), "vox.outcome": "started" },
        },
        {
          event: "vox.transaction",
          label: "Paid",
          where: { ...ofFlow(FLOW.billPayment), "vox.outcome": "succeeded" },
        },
      ],
      order: "ordered",
      windowSeconds: 1_800,
      unit: "session",
    },
  },
];
