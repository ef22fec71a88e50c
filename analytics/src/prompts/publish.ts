import { schema, type Ledger } from "@voxloop/ledger";
import { and, count, eq } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import type { KindOfPrompt } from "./kind.ts";
import type { SavedPrompt } from "./prompt.ts";
import { lockConfig, renewConfig } from "./published-config.ts";
import {
  assertFresh,
  findPrompt,
  nextVersion,
  toSaved,
  updatePrompt,
  type PromptKey,
  type PromptRow,
  type Tx,
} from "./row.ts";

const { prompts, promptVersions } = schema;

/** Who moves which prompt, having seen which version of it. */
export interface PromptMove extends PromptKey {
  version: number;
  actor: string;
  now: Date;
}

/** Publishes the draft as the next version, or again what was archived; 400 with the reasons by field when it must not be. */
export async function publishPrompt<Content>(
  ledger: Ledger,
  kind: KindOfPrompt<Content>,
  move: PromptMove,
): Promise<SavedPrompt<Content>> {
  return ledger.db.transaction(async (tx) => {
    await lockConfig(tx, move.projectId);
    const row = await findPrompt(tx, kind, move);
    assertFresh(kind, row, move.version);
    const content = contentToPublish(kind, row);
    if (row.prompt.state !== "published") await assertRoom(tx, kind, move.projectId);
    const [latest = null] = await tx
      .insert(promptVersions)
      .values({
        promptId: move.id,
        version: nextVersion(row),
        content,
        publishedAt: move.now,
        publishedBy: move.actor,
      })
      .returning();
    const set = { state: "published", draft: null, updatedAt: move.now, updatedBy: move.actor };
    const { prompt } = await updatePrompt(tx, kind, { row, set });
    await renewConfig(tx, move.projectId, move.now);
    return toSaved(kind, { prompt, latest });
  });
}

/** Takes it away from apps; its versions, its draft and what events tell of it stay. */
export async function archivePrompt<Content>(
  ledger: Ledger,
  kind: KindOfPrompt<Content>,
  move: PromptMove,
): Promise<SavedPrompt<Content>> {
  return ledger.db.transaction(async (tx) => {
    await lockConfig(tx, move.projectId);
    const row = await findPrompt(tx, kind, move);
    assertFresh(kind, row, move.version);
    if (row.prompt.state === "archived")
      throw new Problem(409, "Archived already", {
        detail: `The ${kind.kind} is archived.`,
        current: toSaved(kind, row),
      });
    const set = { state: "archived", updatedAt: move.now, updatedBy: move.actor };
    const archived = await updatePrompt(tx, kind, { row, set });
    if (row.prompt.state === "published") await renewConfig(tx, move.projectId, move.now);
    return toSaved(kind, archived);
  });
}

function contentToPublish<Content>(kind: KindOfPrompt<Content>, row: PromptRow): Content {
  const { state, draft } = row.prompt;
  const given = draft ?? (state === "archived" ? row.latest?.content : undefined);
  if (given === undefined)
    throw new Problem(409, "Nothing to publish", {
      detail: "There is no draft: what apps get is the latest.",
      current: toSaved(kind, row),
    });
  const content = kind.content.parse(given);
  const errors = kind.problemsOf(content);
  const [first] = errors;
  if (first === undefined) return content;
  throw new Problem(400, "It cannot be published", {
    detail: `${first.field}: ${first.reason}`,
    errors,
  });
}

async function assertRoom<Content>(
  tx: Tx,
  { kind, mostPublished }: KindOfPrompt<Content>,
  projectId: string,
): Promise<void> {
  const [all] = await tx
    .select({ published: count() })
    .from(prompts)
    .where(and(eq(prompts.projectId, projectId), eq(prompts.kind, kind), eq(prompts.state, "published")));
  if ((all?.published ?? 0) < mostPublished) return;
  throw new Problem(409, "Too much is published", {
    detail: `A project has at most ${mostPublished} published at a time. Archive some first.`,
  });
}
