import { join } from "node:path";
import { z } from "zod";
import type { Logger } from "../logger.ts";
import { readStateFile, StateFile } from "../state-file.ts";
import { KeyCache, type FindKey } from "./cache.ts";
import { grantShape } from "./grant.ts";

const snapshotShape = z.record(z.string().regex(/^[0-9a-f]{64}$/), grantShape);

export interface Keys {
  find: FindKey;
  /** Writes the snapshot. */
  close(): Promise<void>;
}

/**
 * The write keys, with a snapshot in `keys.json` of `folder` so that a collector that starts while the ledger is away knows
 * them. It holds each key's SHA-256, never the key.
 */
export async function openKeys(of: {
  folder: string;
  findKey: FindKey;
  now: () => Date;
  log: Logger;
}): Promise<Keys> {
  const path = join(of.folder, "keys.json");
  const snapshot = await readStateFile(path, snapshotShape, of.log);
  const cache: KeyCache = new KeyCache({
    ...of,
    remembered: Object.entries(snapshot ?? {}),
    onChange: () => file.touch(),
  });
  const file = new StateFile({ path, log: of.log, content: () => Object.fromEntries(cache.grants()) });
  return { find: cache.find, close: () => file.close() };
}
