import type { RemoteConfig } from "@voxloop/contract";
import { schema, storePublishedConfig } from "@voxloop/ledger";
import { and, eq } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import type { PromptKind } from "./prompt.ts";
import { selectPrompts, type Tx } from "./row.ts";

const { projects, prompts } = schema;

/** Every start of every app loads it, and collectors keep that of each project in memory. */
const MOST_BYTES = 131_072;

/**
 * Locks a project's published config until the transaction ends, so that of two changes at a time the later one sees the
 * earlier; 404 when there is no such project.
 */
export async function lockConfig(tx: Tx, projectId: string): Promise<{ sampleRate: number | null }> {
  const [project] = await tx
    .select({ sampleRate: projects.sampleRate })
    .from(projects)
    .where(eq(projects.id, projectId))
    .for("no key update");
  if (project !== undefined) return project;
  throw new Problem(404, "No such thing", { detail: `There is no project ${JSON.stringify(projectId)}` });
}

/** Writes what apps get from now on, out of what is published; within a transaction that holds the lock. */
export async function renewConfig(tx: Tx, projectId: string, now: Date): Promise<void> {
  const { sampleRate } = await lockConfig(tx, projectId);
  const rows = await selectPrompts(tx)
    .where(and(eq(prompts.projectId, projectId), eq(prompts.state, "published")))
    .orderBy(prompts.createdAt, prompts.id);
  const of = (kind: PromptKind) =>
    rows.flatMap(({ prompt, latest }) => {
      if (prompt.kind !== kind || latest === null) return [];
      return [{ id: prompt.id, version: latest.version, ...Object(latest.content) }];
    });
  const config: RemoteConfig = {
    ...(sampleRate !== null && { sampleRate }),
    guidance: of("guidance"),
    surveys: of("survey"),
  };
  const document = JSON.stringify(config);
  const bytes = Buffer.byteLength(document);
  if (bytes > MOST_BYTES)
    throw new Problem(409, "Too much is published", {
      detail: `Apps would load ${bytes} bytes of guidance and surveys; ${MOST_BYTES} are allowed. Archive some first.`,
    });
  await storePublishedConfig(tx, { projectId, document, now });
}
