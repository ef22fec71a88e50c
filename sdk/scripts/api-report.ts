import { readdir, readFile, writeFile } from "node:fs/promises";

/**
 * The types of the built package, as one text to review: a change of the API shows up as a change of `etc/sdk.api.md`.
 * `--check` compares instead of writing.
 */
const DIST = new URL("../dist/", import.meta.url);
const REPORT = new URL("../etc/sdk.api.md", import.meta.url);
/** The part of a shared file's name that changes with its content. */
const HASH = /-[\w-]{8}(?=\.(?:d\.ts|js)\b)/g;

async function describe(file: string): Promise<string> {
  const types = await readFile(new URL(file, DIST), "utf8");
  const text = types
    .replaceAll(/^\/\/#.*\n?/gm, "")
    .replaceAll(HASH, "")
    .trim();
  return `## ${file.replace(HASH, "")}\n\n\`\`\`ts\n${text}\n\`\`\`\n`;
}

const files = (await readdir(DIST)).filter((file) => file.endsWith(".d.ts"));
const parts = await Promise.all(files.map(describe));
const head = "# API of @voxloop/sdk\n\nWritten by `pnpm --filter @voxloop/sdk run api`. Do not edit.\n";
const report = [head, ...parts.toSorted()].join("\n");

if (process.argv.includes("--check")) {
  const known = await readFile(REPORT, "utf8").catch(() => "");
  if (known !== report) {
    process.stderr.write(
      "The API has changed: run `pnpm --filter @voxloop/sdk run api` and commit sdk/etc.\n",
    );
    process.exitCode = 1;
  }
} else await writeFile(REPORT, report);
