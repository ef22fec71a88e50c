import { readdirSync, readFileSync } from "node:fs";
import type { ErrorFacts } from "./fingerprint.ts";

/** An error event and the name of the cause that it is of. */
export interface Labelled {
  cause: string;
  facts: ErrorFacts;
}

const FOLDER = new URL("./fixtures/", import.meta.url);

/** All of fixtures/: events of `### cause`, lines of `name: text` (JSON where it is quoted), and a stack to the next event. */
export function readLabelled(): Labelled[] {
  return readdirSync(FOLDER).flatMap((file) =>
    readFileSync(new URL(file, FOLDER), "utf8").split(/^### /m).slice(1).map(readEvent),
  );
}

function readEvent(text: string): Labelled {
  const [head = "", stack = ""] = text.split(/^stack:\n/m);
  const [cause = "", ...lines] = head.trim().split("\n");
  const facts = { code: "", flow: "", type: "", message: "", stack: stack.trimEnd() };
  for (const line of lines) {
    const [, name, value = ""] = /^(\w+): (.*)$/.exec(line) ?? [];
    if (name !== undefined)
      facts[name as keyof ErrorFacts] = value.startsWith('"') ? JSON.parse(value) : value;
  }
  return { cause, facts };
}
