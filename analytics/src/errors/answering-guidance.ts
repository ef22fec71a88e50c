import { schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import type { ErrorGroup } from "./error-group.ts";

type Facts = Pick<ErrorGroup, "fingerprint" | "code" | "flow" | "type">;
type Answer = ErrorGroup["guidance"][number];

const answered = z.object({
  match: z.object({
    code: z.string().optional(),
    flow: z.string().optional(),
    errorType: z.string().optional(),
  }),
});

/** What apps show to customers who meet the errors, by fingerprint; its audience may be narrower. */
export async function guidanceFor(
  ledger: Ledger,
  projectId: string,
  groups: readonly Facts[],
): Promise<Map<string, Answer[]>> {
  const { prompts, promptVersions } = schema;
  const rows = await ledger.db
    .selectDistinctOn([prompts.id], { id: prompts.id, name: prompts.name, content: promptVersions.content })
    .from(prompts)
    .innerJoin(promptVersions, eq(promptVersions.promptId, prompts.id))
    .where(
      and(eq(prompts.projectId, projectId), eq(prompts.kind, "guidance"), eq(prompts.state, "published")),
    )
    .orderBy(prompts.id, desc(promptVersions.version));
  const published = rows.map(({ id, name, content }) => ({ id, name, ...answered.parse(content) }));
  return new Map(
    groups.map((group) => [
      group.fingerprint,
      published.filter(({ match }) => answers(match, group)).map(({ id, name }) => ({ id, name })),
    ]),
  );
}

function answers({ code, flow, errorType }: z.infer<typeof answered>["match"], group: Facts): boolean {
  const pairs = [
    [code, group.code],
    [flow, group.flow],
    [errorType, group.type],
  ];
  return pairs.every(([wanted, found]) => wanted === undefined || wanted === found);
}
