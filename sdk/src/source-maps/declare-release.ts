import { parseArgs } from "node:util";
import { readReceiver, required, type Environment } from "./receiver-options.ts";
import { sendRelease } from "./send.ts";

const DECLARED = 0;
const FAILED = 1;

const HELP = `voxloop releases new --version <version> [options]

Declares that a release is out, so that it has a time and an order before its first event.

  --version <version>      as the app's events name it (or VOXLOOP_RELEASE)
  --service <name>         of which app, as its events name it; any unless given
  --environment <name>     where it is out, as its events name it; any unless given
  --released-at <time>     ISO 8601, e.g. 2026-11-19T02:00:00Z; now unless given
  --url <address>          of Voxloop, e.g. https://voxloop.example.com (or VOXLOOP_URL)
  --token <token>          an API token with the scope "write" (better in VOXLOOP_TOKEN)
  --project <id>           "default" unless given (or VOXLOOP_PROJECT)
  --help                   this text

Declaring the same again moves its time. It ends with 0 when the release is declared, 1 when the server refuses it or
cannot be reached, 2 when the arguments are wrong.`;

/** Runs `voxloop releases` and answers the exit code; throws where the arguments are wrong. */
export async function declareRelease(
  args: string[],
  environment: Environment,
  say: (line: string) => void,
): Promise<number> {
  const { values, positionals } = readArgs(args);
  if (values.help === true) {
    say(HELP);
    return DECLARED;
  }
  if (positionals.length !== 1 || positionals[0] !== "new")
    throw new Error("Expected: voxloop releases new --version <version>");
  const version = required(values.version ?? environment["VOXLOOP_RELEASE"], "--version", "VOXLOOP_RELEASE");
  const releasedAt = readTime(values["released-at"]);
  const { service, environment: where } = values;
  const receiver = readReceiver(values, environment);
  try {
    await sendRelease(receiver, {
      version,
      ...(service !== undefined && { service }),
      ...(where !== undefined && { environment: where }),
      ...(releasedAt !== undefined && { releasedAt }),
    });
  } catch (error) {
    say(`failed to declare ${version}: ${error instanceof Error ? error.message : String(error)}`);
    return FAILED;
  }
  say(`declared ${version}`);
  return DECLARED;
}

function readArgs(args: string[]) {
  const text = { type: "string" } as const;
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      version: text,
      service: text,
      environment: text,
      "released-at": text,
      url: text,
      token: text,
      project: text,
      help: { type: "boolean" },
    },
  });
}

/** The server takes UTC; a time without a zone would be another one on each machine. */
function readTime(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(given);
  if (!isWhole || Number.isNaN(Date.parse(given)))
    throw new Error(
      `--released-at must be a time with its zone, e.g. 2026-11-19T02:00:00Z, and is ${JSON.stringify(given)}`,
    );
  return new Date(given).toISOString();
}
