import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { declareRelease } from "./declare-release.ts";
import { readReceiver, required, type Environment } from "./receiver-options.ts";
import { uploadMaps } from "./upload.ts";

/** All is stored, or a dry run is over. */
const DONE = 0;
/** At least one file was not stored. */
const FAILED = 1;
/** The arguments are wrong, or there is nothing to upload. */
const USAGE = 2;

const HELP = `voxloop sourcemaps upload <folder | mapping.txt> --release <version> [options]

Gives the built scripts in a folder debug ids and uploads their source maps; of a file, uploads it as the
mapping of R8 or ProGuard.

  --release <version>  as the app's events name it (or VOXLOOP_RELEASE)
  --url <address>      of Voxloop, e.g. https://voxloop.example.com (or VOXLOOP_URL)
  --token <token>      an API token with the scope "write" (better in VOXLOOP_TOKEN)
  --project <id>       "default" unless given (or VOXLOOP_PROJECT)
  --delete-maps        delete each map once it is stored, so that it is not served
  --dry-run            say what would be done, and do none of it
  --help               this text

It ends with 0 when all is stored, 1 when something is not, 2 when the arguments are wrong or nothing is found.
voxloop releases --help tells how a release is declared.`;

/** Runs the command and answers the exit code; `say` gets each line. */
export async function runCli(
  args: string[],
  environment: Environment,
  say: (line: string) => void,
): Promise<number> {
  try {
    if (args[0] === "releases") return await declareRelease(args.slice(1), environment, say);
    const { values, positionals } = readArgs(args);
    if (values.help === true) {
      say(HELP);
      return DONE;
    }
    return await runUpload({ ...values, ...targetOf(positionals) }, environment, say);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    say(`See voxloop ${args[0] === "releases" ? "releases" : "sourcemaps"} --help`);
    return USAGE;
  }
}

function readArgs(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      release: text,
      url: text,
      token: text,
      project: text,
      "delete-maps": flag,
      "dry-run": flag,
      help: flag,
    },
  });
}

function targetOf(positionals: string[]): { target: string } {
  const [group, command, target, ...more] = positionals;
  if (group !== "sourcemaps" || command !== "upload" || target === undefined || more.length > 0)
    throw new Error("Expected: voxloop sourcemaps upload <folder | mapping.txt>");
  return { target };
}

type Values = ReturnType<typeof readArgs>["values"] & { target: string };

async function runUpload(
  values: Values,
  environment: Environment,
  say: (line: string) => void,
): Promise<number> {
  const { target } = values;
  const dryRun = values["dry-run"] === true;
  const release = required(values.release ?? environment["VOXLOOP_RELEASE"], "--release");
  const receiver = dryRun ? undefined : readReceiver(values, environment);
  await stat(target).catch(() => {
    throw new Error(`There is no ${target}`);
  });
  const deleteMaps = values["delete-maps"];
  const { found, sent, failed } = await uploadMaps(target, { release, receiver, dryRun, deleteMaps, say });
  if (found === 0) throw new Error(`There are no scripts with source maps in ${target}`);
  say(dryRun ? `${found} found, none sent` : `${sent} uploaded, ${failed} failed`);
  return failed > 0 ? FAILED : DONE;
}
