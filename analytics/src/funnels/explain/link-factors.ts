import { schema, type Ledger } from "@voxloop/ledger";
import { and, eq, inArray, ne } from "drizzle-orm";
import type { FunnelExplanation } from "./explanation.ts";

/** The explanation with what people have made of its factors: the open issue of an error, the name of guidance. */
export async function linkFactors(
  ledger: Ledger,
  projectId: string,
  explanation: FunnelExplanation,
): Promise<FunnelExplanation> {
  const all = [...explanation.factors, ...explanation.tooFew];
  const [issues, names] = await Promise.all([
    openIssues(
      ledger,
      projectId,
      all.flatMap(({ fingerprint }) => fingerprint ?? []),
    ),
    guidanceNames(
      ledger,
      projectId,
      all.flatMap(({ kind, key }) => (kind === "guidance" ? key : [])),
    ),
  ]);
  const named = <Factor extends (typeof all)[number]>(factor: Factor): Factor =>
    factor.kind === "guidance" ? { ...factor, title: names.get(factor.key) ?? factor.title } : factor;
  return {
    ...explanation,
    factors: explanation.factors.map((factor) => ({
      ...named(factor),
      issueId: issues.get(factor.fingerprint ?? "") ?? null,
    })),
    tooFew: explanation.tooFew.map(named),
  };
}

const causeOf = (fingerprint: string) => `error:${fingerprint}`;

async function openIssues(
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

async function guidanceNames(
  ledger: Ledger,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { prompts } = schema;
  const rows = await ledger.db
    .select({ id: prompts.id, name: prompts.name })
    .from(prompts)
    .where(and(eq(prompts.projectId, projectId), eq(prompts.kind, "guidance")));
  return new Map(rows.filter(({ id }) => ids.includes(id)).map(({ id, name }) => [id, name]));
}
