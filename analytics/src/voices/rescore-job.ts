import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { Job } from "../scheduler/job.ts";
import { analyzeText, modelVersion } from "../text/sentiment.ts";

const KEY = "rescore-voices";
const BATCH = 2_000;
/** So many batches a run, that new voices need not wait. */
const BATCHES_A_RUN = 10;

const progress = z.object({ version: z.string(), rescored: z.number().int(), isDone: z.boolean() });
type Progress = z.infer<typeof progress>;

/**
 * Scores again what an older model has scored, and keeps how far it came in the ledger. Safe to run twice: a voice that the
 * present model has scored is not met again.
 */
export const rescoreVoicesJob: Job = {
  id: KEY,
  everyMs: 30_000,
  async run(deps) {
    let state = await readProgress(deps);
    for (let batch = 0; batch < BATCHES_A_RUN && !state.isDone; batch += 1) {
      const rescored = await rescore(deps);
      state = { ...state, rescored: state.rescored + rescored, isDone: rescored < BATCH };
      await saveProgress(deps, state);
      if (state.rescored > 0) deps.log.info({ ...state }, "voices of an older model are being scored again");
    }
  },
};

/** The whole row, since a later one replaces it. */
const voiceRow = z.looseObject({ comment: z.string() });

async function rescore({ warehouse, now }: Deps): Promise<number> {
  const version = modelVersion();
  const sql = `
  SELECT * FROM voices_v1 FINAL
  WHERE comment != '' AND model_version != {version: String} LIMIT ${BATCH}`;
  const rows = await warehouse.query({ name: "outdated-voices", sql, params: { version }, row: voiceRow });
  const scored = rows.map((row) => {
    const { language, sentiment } = analyzeText(row.comment);
    return {
      ...row,
      language,
      sentiment_label: sentiment.label,
      sentiment_score: sentiment.score,
      model_version: version,
      scored_at: now().toISOString(),
    };
  });
  await warehouse.insert("voices_v1", scored);
  return rows.length;
}

async function readProgress({ ledger }: Deps): Promise<Progress> {
  const { jobStates } = schema;
  const [row] = await ledger.db.select().from(jobStates).where(eq(jobStates.key, KEY));
  const known = row && progress.parse(row.value);
  const version = modelVersion();
  return known?.version === version ? known : { version, rescored: 0, isDone: false };
}

async function saveProgress({ ledger, now }: Deps, value: Progress): Promise<void> {
  const set = { value, updatedAt: now() };
  await ledger.db
    .insert(schema.jobStates)
    .values({ key: KEY, ...set })
    .onConflictDoUpdate({ target: schema.jobStates.key, set });
}
