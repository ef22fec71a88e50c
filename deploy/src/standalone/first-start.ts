import { ensureAdmin, ensureBootstrapToken, ensureProject } from "@voxloop/analytics";
import { createWriteKey, schema, type Ledger } from "@voxloop/ledger";
import { count } from "drizzle-orm";
import type { Config } from "../config.ts";

export const DEFAULT_PROJECT = "default";

/** What a new installation tells once: it can be read only now. */
export interface FirstStart {
  signInLink: string | undefined;
  writeKey: string | undefined;
}

/** Makes sure that the default project, its write key, the administrator and the provisioning token exist. */
export async function prepareInstallation(config: Config, ledger: Ledger, now: Date): Promise<FirstStart> {
  await ensureProject(ledger, { id: DEFAULT_PROJECT, name: "Default", now });
  if (config.bootstrapToken !== undefined) await ensureBootstrapToken(ledger, config.bootstrapToken);
  const admin = await ensureAdmin(ledger, {
    email: config.adminEmail,
    password: config.adminPassword,
    now,
    publicUrl: config.publicUrl,
  });
  return { signInLink: admin.signInLink, writeKey: await ensureWriteKey(config, ledger) };
}

async function ensureWriteKey(config: Config, ledger: Ledger): Promise<string | undefined> {
  const key = config.bootstrapWriteKey;
  if (key !== undefined)
    return createWriteKey(ledger, { projectId: DEFAULT_PROJECT, name: "bootstrap", key });
  const [existing] = await ledger.db.select({ keys: count() }).from(schema.writeKeys);
  if ((existing?.keys ?? 0) > 0) return undefined;
  return createWriteKey(ledger, { projectId: DEFAULT_PROJECT, name: "first key" });
}

/** The lines printed when the process is ready. */
export function renderBanner(config: Config, first: FirstStart, hasDemo: boolean): string {
  const lines = ["", `  Voxloop is running at ${config.publicUrl}`];
  if (first.signInLink !== undefined) lines.push("", `  Sign in (once):  ${first.signInLink}`);
  if (first.writeKey !== undefined)
    lines.push("", `  Write key:       ${first.writeKey}`, "", ...curlLines(config, first.writeKey));
  if (hasDemo) lines.push("", `  Demo bank:       ${config.publicUrl}/demo/  (simulated)`);
  return `${lines.join("\n")}\n\n`;
}

function curlLines(config: Config, writeKey: string): string[] {
  const record =
    '{"eventName":"vox.transaction","attributes":[{"key":"vox.flow","value":{"stringValue":"transfer"}},' +
    '{"key":"vox.outcome","value":{"stringValue":"failed"}},{"key":"vox.error.code","value":{"stringValue":"E1042"}},' +
    '{"key":"user.id","value":{"stringValue":"customer-1"}}]}';
  return [
    "  Send an event:",
    `  curl ${config.publicUrl}/v1/logs -H 'x-voxloop-key: ${writeKey}' -H 'content-type: application/json' \\`,
    `    -d '{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}'`,
  ];
}
