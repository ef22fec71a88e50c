import { LANGUAGES } from "@voxloop/contract";
import { schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq, lt, or, type SQL } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import type { KindOfPrompt } from "./kind.ts";
import {
  hasText,
  type FieldProblem,
  type PromptState,
  type PublishedVersion,
  type SavedPrompt,
} from "./prompt.ts";
import { findPrompt, nextVersion, selectPrompts, toSaved, toVersion, type PromptKey } from "./row.ts";

const { prompts, promptVersions } = schema;

interface Page {
  limit: number;
  cursor?: string | undefined;
}

const place = z.object({ at: z.iso.datetime(), id: z.uuid() });

/** A project's prompts of a kind, newest first. */
export async function listPrompts<Content>(
  ledger: Ledger,
  kind: KindOfPrompt<Content>,
  of: Page & { projectId: string; state?: PromptState | undefined },
): Promise<{ items: SavedPrompt<Content>[]; nextCursor: string | null }> {
  const found = await selectPrompts(ledger.db)
    .where(
      and(
        eq(prompts.projectId, of.projectId),
        eq(prompts.kind, kind.kind),
        of.state && eq(prompts.state, of.state),
        of.cursor === undefined ? undefined : isOlder(decodeCursor(of.cursor, place)),
      ),
    )
    .orderBy(desc(prompts.createdAt), desc(prompts.id))
    .limit(of.limit + 1);
  const items = found.slice(0, of.limit).map((row) => toSaved(kind, row));
  const last = items.at(-1);
  const hasMore = found.length > of.limit && last !== undefined;
  return { items, nextCursor: hasMore ? encodeCursor({ at: last.createdAt, id: last.id }) : null };
}

function isOlder({ at, id }: z.infer<typeof place>): SQL | undefined {
  const time = new Date(at);
  return or(lt(prompts.createdAt, time), and(eq(prompts.createdAt, time), lt(prompts.id, id)));
}

const versionPlace = z.object({ version: z.number().int() });

/** What was published of a prompt, newest first. */
export async function listVersions<Content>(
  ledger: Ledger,
  kind: KindOfPrompt<Content>,
  of: PromptKey & Page,
): Promise<{ items: PublishedVersion<Content>[]; nextCursor: string | null }> {
  const { prompt } = await findPrompt(ledger.db, kind, of);
  const { version } =
    of.cursor === undefined ? { version: undefined } : decodeCursor(of.cursor, versionPlace);
  const found = await ledger.db
    .select()
    .from(promptVersions)
    .where(
      and(
        eq(promptVersions.promptId, prompt.id),
        version === undefined ? undefined : lt(promptVersions.version, version),
      ),
    )
    .orderBy(desc(promptVersions.version))
    .limit(of.limit + 1);
  const items = found.slice(0, of.limit).map((row) => toVersion(kind, row));
  const last = items.at(-1);
  const hasMore = found.length > of.limit && last !== undefined;
  return { items, nextCursor: hasMore ? encodeCursor({ version: last.version }) : null };
}

/** All that was published of a prompt, newest first. */
export async function allVersions<Content>(
  ledger: Ledger,
  kind: KindOfPrompt<Content>,
  key: PromptKey,
): Promise<PublishedVersion<Content>[]> {
  const { prompt } = await findPrompt(ledger.db, kind, key);
  const rows = await ledger.db
    .select()
    .from(promptVersions)
    .where(eq(promptVersions.promptId, prompt.id))
    .orderBy(desc(promptVersions.version));
  return rows.map((row) => toVersion(kind, row));
}

export interface Preview<Content> {
  served: Content & { id: string; version: number };
  problems: FieldProblem[];
  untranslated: { field: string; language: (typeof LANGUAGES)[number] }[];
}

/** What apps would get when the draft (or, without one, what was published last) is published now. */
export async function previewPrompt<Content>(
  ledger: Ledger,
  kind: KindOfPrompt<Content>,
  key: PromptKey,
): Promise<Preview<Content>> {
  const row = await findPrompt(ledger.db, kind, key);
  const { draft } = row.prompt;
  const content = kind.content.parse(draft ?? row.latest?.content);
  const version = draft === null ? (row.latest?.version ?? 1) : nextVersion(row);
  const texts = Object.entries(kind.textsOf(content)).filter(([, text]) => hasText(text));
  return {
    served: { ...content, id: row.prompt.id, version },
    problems: kind.problemsOf(content),
    untranslated: texts.flatMap(([field, text]) =>
      LANGUAGES.flatMap((language) => (text[language] === undefined ? [{ field, language }] : [])),
    ),
  };
}
