import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../spool/folder.ts";

/** Something ClickHouse will never take, with the reason; kept for a person to look at. */
export interface Poison {
  reason: string;
  /** The refused row, or the damaged bytes in base64. */
  content: string;
}

/** Writes what was refused of one batch into one file; doing it again replaces the file. */
export async function setAside(spoolFolder: string, name: string, poison: readonly Poison[]): Promise<void> {
  const folder = join(spoolFolder, "poison");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name.replaceAll(":", "_")}.ndjson`);
  const file = await open(`${path}.part`, "w");
  try {
    await file.writeFile(poison.map((one) => `${JSON.stringify(one)}\n`).join(""));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  await syncFolder(folder);
}
