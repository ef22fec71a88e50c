import { isDeepStrictEqual } from "node:util";
import { schema, type Ledger } from "@voxloop/ledger";
import { and, count, eq } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import type { KindOfPrompt } from "./kind.ts";
import type { SavedPrompt } from "./prompt.ts";
import { lockConfig } from "./published-config.ts";
import { assertFresh, findPrompt, toSaved, updatePrompt, type PromptKey } from "./row.ts";

const { prompts } = schema;

/** Drafts and archived ones too. */
const MOST_PROMPTS = 1000;

/** Stores a draft; 409 when the project has as many as it may. */
export async function createPrompt<Content>(
  ledger: Ledger,
  kind: KindOfPrompt<Content>,
  of: { projectId: string; name: string; content: Content; actor: string; now: Date },
): Promise<SavedPrompt<Content>> {
  return ledger.db.transaction(async (tx) => {
    const { projectId, name, content, actor, now } = of;
    await lockConfig(tx, projectId);
    const [all] = await tx
      .select({ prompts: count() })
      .from(prompts)
      .where(and(eq(prompts.projectId, projectId), eq(prompts.kind, kind.kind)));
    if ((all?.prompts ?? 0) >= MOST_PROMPTS)
      throw new Problem(409, "Too many", { detail: `A project has at most ${MOST_PROMPTS} of each kind.` });
    const made = { createdAt: now, createdBy: actor, updatedAt: now, updatedBy: actor };
    const [prompt] = await tx
      .insert(prompts)
      .values({ projectId, kind: kind.kind, name, draft: content, ...made })
      .returning();
    if (prompt === undefined) throw new Error(`The ledger returned no row for the ${kind.kind} it inserted`);
    return toSaved(kind, { prompt, latest: null });
  });
}

/** Changes what is given. What apps get stays until it is published; a draft like what is published is none. */
export async function changePrompt<Content>(
  ledger: Ledger,
  kind: KindOfPrompt<Content>,
  of: PromptKey & {
    change: { version: number; name?: string | undefined; content?: Content | undefined };
    actor: string;
    now: Date;
  },
): Promise<SavedPrompt<Content>> {
  const { version, name, content } = of.change;
  const row = await findPrompt(ledger.db, kind, of);
  assertFresh(kind, row, version);
  const isAsPublished = isDeepStrictEqual(content, row.latest && kind.content.parse(row.latest.content));
  const set = {
    ...(name !== undefined && { name }),
    ...(content !== undefined && { draft: isAsPublished ? null : content }),
    updatedAt: of.now,
    updatedBy: of.actor,
  };
  return toSaved(kind, await updatePrompt(ledger.db, kind, { row, set }));
}
