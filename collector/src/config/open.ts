import { join } from "node:path";
import type { RemoteConfig } from "@voxloop/contract";
import { z } from "zod";
import type { Logger } from "../logger.ts";
import { LookupCache } from "../lookup-cache.ts";
import { readStateFile, StateFile } from "../state-file.ts";

const configShape = z.object({
  /** JSON: a `RemoteConfig`, sent as it is. */
  document: z.string(),
  /** Hash of the document, in hex. */
  etag: z.string().regex(/^[0-9a-f]+$/),
});
export type PublishedConfig = z.infer<typeof configShape>;

/** What a project has published, undefined when it never has; may reject while the ledger is away. */
export type FindConfig = (projectId: string) => Promise<PublishedConfig | undefined>;

export interface Configs {
  find: (projectId: string) => Promise<PublishedConfig>;
  /** Writes the snapshot. */
  close(): Promise<void>;
}

/** Each is at most 128 KiB, most are a few. */
const PROJECTS_MAX = 1_000;

const NOTHING: RemoteConfig = { guidance: [], surveys: [] };
const NEVER_PUBLISHED: PublishedConfig = { document: JSON.stringify(NOTHING), etag: "0" };

/**
 * What projects have published for their apps, with a snapshot in `configs.json` of `folder`, so that a collector that
 * starts while the ledger is away knows it. A project that never published has a config with nothing in it.
 */
export async function openConfigs(of: {
  folder: string;
  findConfig: FindConfig;
  now: () => Date;
  log: Logger;
}): Promise<Configs> {
  const path = join(of.folder, "configs.json");
  const snapshot = await readStateFile(path, z.record(z.string(), configShape), of.log);
  const cache: LookupCache<PublishedConfig> = new LookupCache({
    what: "published configs",
    max: PROJECTS_MAX,
    remembered: Object.entries(snapshot ?? {}),
    onChange: () => file.touch(),
    now: of.now,
    log: of.log,
  });
  const file = new StateFile({ path, log: of.log, content: () => Object.fromEntries(cache.values()) });
  return {
    async find(projectId) {
      // What was never published is known as well: it must be told while the ledger is away.
      const found = await cache.find(
        projectId,
        async () => (await of.findConfig(projectId)) ?? NEVER_PUBLISHED,
      );
      return found ?? NEVER_PUBLISHED;
    },
    close: () => file.close(),
  };
}
