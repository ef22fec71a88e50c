import { schema } from "@voxloop/ledger";
import type { Deps } from "../deps.ts";
import type { CustomerExport } from "../exports/export.ts";

/** Writes down who takes a list of customers out; to be awaited before its first line leaves, so that nothing leaves untold. */
export async function noteExport(
  { ledger, now }: Pick<Deps, "ledger" | "now">,
  of: Pick<CustomerExport, "actor" | "subject"> & { projectId: string; question: object },
): Promise<void> {
  await ledger.db.insert(schema.customerExports).values({ ...of, at: now() });
}
