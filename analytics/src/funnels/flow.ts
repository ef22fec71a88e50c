import { z } from "zod";
import { listOf } from "../http/cursor.ts";
import { funnelDefinition } from "./funnel.ts";

export const flowFunnel = z.object({
  flow: z.string(),
  /** Transactions of the flow in the range, and of these those that succeeded. */
  transactions: z.number().int(),
  succeeded: z.number().int(),
  /** Ready to be asked or saved. */
  definition: funnelDefinition,
});
export type FlowFunnel = z.infer<typeof flowFunnel>;
export const flowFunnelList = listOf(flowFunnel);
