import { schema, type LedgerDatabase } from "@voxloop/ledger";
import { and, eq, sql } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import type { KindOfPrompt } from "./kind.ts";
import { promptState, type PublishedVersion, type SavedPrompt } from "./prompt.ts";

const { prompts, promptVersions } = schema;

/** The ledger's `db` inside a transaction. */
export type Tx = Parameters<Parameters<LedgerDatabase["transaction"]>[0]>[0];

export interface PromptKey {
  projectId: string;
  id: string;
}

type VersionRow = typeof promptVersions.$inferSelect;

/** A prompt with the version that was published last. */
export interface PromptRow {
  prompt: typeof prompts.$inferSelect;
  latest: VersionRow | null;
}

const latestVersion = sql`(select max(version) from prompt_versions as latest where latest.prompt_id = ${prompts.id})`;

/** Prompts with their latest version, to be narrowed. */
export function selectPrompts(db: Pick<Tx, "select">) {
  return db
    .select({ prompt: prompts, latest: promptVersions })
    .from(prompts)
    .leftJoin(
      promptVersions,
      and(eq(promptVersions.promptId, prompts.id), eq(promptVersions.version, latestVersion)),
    )
    .$dynamic();
}

/** One prompt of a project, or 404. */
export async function findPrompt<Content>(
  db: Pick<Tx, "select">,
  { kind }: KindOfPrompt<Content>,
  { projectId, id }: PromptKey,
): Promise<PromptRow> {
  const [row] = await selectPrompts(db).where(
    and(eq(prompts.projectId, projectId), eq(prompts.kind, kind), eq(prompts.id, id)),
  );
  if (row !== undefined) return row;
  throw new Problem(404, "No such thing", { detail: `There is no ${kind} ${JSON.stringify(id)} here.` });
}

/** Writes and counts the version up, unless somebody else wrote since `row` was read: then 409 with the prompt as it is now. */
export async function updatePrompt<Content>(
  tx: Pick<Tx, "select" | "update">,
  of: KindOfPrompt<Content>,
  { row, set }: { row: PromptRow; set: Partial<typeof prompts.$inferInsert> },
): Promise<PromptRow> {
  const { id, version } = row.prompt;
  const [prompt] = await tx
    .update(prompts)
    .set({ ...set, version: version + 1 })
    .where(and(eq(prompts.id, id), eq(prompts.version, version)))
    .returning();
  if (prompt !== undefined) return { ...row, prompt };
  assertFresh(of, await findPrompt(tx, of, row.prompt), version);
  throw new Error(`The ${of.kind} ${id} refused a write on its current version`);
}

/** Refuses a write that was made on an older version, with the prompt as it is now. */
export function assertFresh<Content>(of: KindOfPrompt<Content>, row: PromptRow, version: number): void {
  if (row.prompt.version === version) return;
  throw new Problem(409, `The ${of.kind} has changed`, {
    detail: `You have version ${version}; version ${row.prompt.version} is current.`,
    current: toSaved(of, row),
  });
}

/** A prompt as the API tells it. */
export function toSaved<Content>(of: KindOfPrompt<Content>, row: PromptRow): SavedPrompt<Content> {
  const { id, name, state, version, draft, createdBy, updatedBy, createdAt, updatedAt } = row.prompt;
  return {
    id,
    name,
    state: promptState.parse(state),
    version,
    draft: draft === null ? null : { version: nextVersion(row), content: of.content.parse(draft) },
    published: row.latest && toVersion(of, row.latest),
    createdAt: createdAt.toISOString(),
    createdBy,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}

export function toVersion<Content>(of: KindOfPrompt<Content>, row: VersionRow): PublishedVersion<Content> {
  const { version, content, publishedAt, publishedBy } = row;
  return {
    version,
    content: of.content.parse(content),
    publishedAt: publishedAt.toISOString(),
    publishedBy,
  };
}

/** The version that the draft will be. */
export function nextVersion({ latest }: PromptRow): number {
  return (latest?.version ?? 0) + 1;
}
