import { LRUCache } from "lru-cache";

/** Whose events an answer is of, and up to when: what happened later does not change it. */
export interface Remembered {
  project: string;
  until: Date;
}

/** Forgotten after so long whatever happens: that events were deleted does not show in what came in. */
const MAX_AGE_MS = 10 * 60_000;
const MAX_BYTES = 64 * 2 ** 20;
const MAX_ANSWER_BYTES = 4 * 2 ** 20;

/** Differs when an event of {project} up to {until} has come in since, or a sign-in, a merge or a voice. */
export const VERSION = `
  SELECT toString((
    (SELECT sum(events) FROM arrivals_v1 WHERE project_id = {project: String} AND hour <= {until: DateTime64(3, 'UTC')}),
    (SELECT sum(cityHash64(link, alias_key, user_key, first_linked)) FROM identities_v1 WHERE project_id = {project: String}),
    (SELECT sum(cityHash64(fingerprint, group_fingerprint, revision)) FROM group_aliases_v1 WHERE project_id = {project: String}),
    (SELECT sum(cityHash64(voice_id, scored_at)) FROM voices_v1 WHERE project_id = {project: String})
  )) AS version`;

/** Answers to costly questions, given again while nothing says otherwise. */
export interface Memory {
  /** `key` is the whole question, with its parameters; `ask` answers with rows as they came from the engine. */
  answer: (key: string, of: Remembered, ask: () => Promise<unknown[]>) => Promise<unknown[]>;
}

/** `versionOf` is asked before the question is, so that what comes in meanwhile is seen the next time. */
export function createMemory(versionOf: (of: Remembered) => Promise<string>): Memory {
  const answers = new LRUCache<string, { version: string; rows: string }>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_ANSWER_BYTES,
    ttl: MAX_AGE_MS,
    sizeCalculation: ({ rows }, key) => 2 * (rows.length + key.length),
  });
  return {
    async answer(key, of, ask) {
      const version = await versionOf(of);
      const known = answers.get(key);
      // As text, so that whoever changes an answer changes only their own.
      if (known?.version === version) return JSON.parse(known.rows) as unknown[];
      const rows = await ask();
      answers.set(key, { version, rows: JSON.stringify(rows) });
      return rows;
    },
  };
}
