import { schema, type Ledger } from "@voxloop/ledger";
import { and, inArray, ne, eq } from "drizzle-orm";

/** What an issue about an error group has as its cause. */
export const causeOf = (fingerprint: string): string => `error:${fingerprint}`;

/** The open issue of each fingerprint that has one. */
export async function openIssuesOf(
  ledger: Ledger,
  projectId: string,
  fingerprints: readonly string[],
): Promise<Map<string, string>> {
  if (fingerprints.length === 0) return new Map();
  const { issues } = schema;
  const rows = await ledger.db
    .select({ id: issues.id, cause: issues.cause })
    .from(issues)
    .where(
      and(
        eq(issues.projectId, projectId),
        ne(issues.state, "closed"),
        inArray(issues.cause, fingerprints.map(causeOf)),
      ),
    );
  return new Map(rows.map(({ id, cause }) => [cause.slice(causeOf("").length), id]));
}
