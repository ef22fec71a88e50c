#!/usr/bin/env node
/* oxlint-disable node/no-process-env -- the one file of this process that reads the environment */
import { runCli } from "./cli.ts";

process.exitCode = await runCli(process.argv.slice(2), process.env, (line) => {
  process.stdout.write(`${line}\n`);
});
