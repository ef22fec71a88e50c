import { R8_LINES_MAX } from "./limits.ts";
import { refuse } from "./refuse.ts";

interface Member {
  /** Lines of the built code that it stands for; null for any. */
  from: number | null;
  to: number | null;
  /** Of its own when it was inlined from another class. */
  owner: string;
  name: string;
  /** Lines of the source; null when the mapping has none. */
  sourceFrom: number | null;
  sourceTo: number | null;
}

interface MappedClass {
  name: string;
  /** By the method's name in the built code, in the order of the file: what was inlined comes before its caller. */
  members: Map<string, Member[]>;
}

/** A mapping file of R8 or ProGuard. */
export interface R8Mapping {
  /** By the class's name in the built code. */
  classes: Map<string, MappedClass>;
  /** The source's file, by the class's own name. */
  files: Map<string, string>;
}

export interface Call {
  owner: string;
  method: string;
  file: string;
  line: number | null;
}

const CLASS = /^(\S{1,500}) -> (\S{1,500}):$/;
const METHOD =
  /^ {4}(?:(\d{1,9}):(\d{1,9}):)?\S{1,500} (?:([\w.$-]{1,500})\.)?([\w$<>-]{1,300})\([^)]{0,2000}\)(?::(\d{1,9})(?::(\d{1,9}))?)? -> (\S{1,300})$/;
const FILE_NAME = /"fileName" *: *"([^"]{1,300})"/;
const SOURCE_FILE = /^\s*# *\{.{0,200}"id" *: *"sourceFile".{0,500}\}$/;

/** Reads a `mapping.txt`; lines that it does not know (fields, comments) are passed over. */
export function readR8Mapping(text: string): R8Mapping {
  const mapping: R8Mapping = { classes: new Map(), files: new Map() };
  let current: MappedClass | undefined;
  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (lines > R8_LINES_MAX) refuse(`has more than ${R8_LINES_MAX} lines`);
    const [, name, built] = CLASS.exec(line) ?? [];
    if (name !== undefined && built !== undefined) {
      current = { name, members: new Map() };
      mapping.classes.set(built, current);
    } else if (current !== undefined) readInClass(mapping, current, line);
  }
  return mapping;
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    const stop = end === -1 ? text.length : end;
    // What is longer is no line of a mapping.
    if (stop - start < 5_000) yield text.slice(start, stop).trimEnd();
    start = stop + 1;
  }
}

function readInClass({ files }: R8Mapping, current: MappedClass, line: string): void {
  const [, file] = SOURCE_FILE.test(line) ? (FILE_NAME.exec(line) ?? []) : [];
  if (file !== undefined) files.set(current.name, file);
  const [, from, to, owner = current.name, name, sourceFrom, sourceTo, built] = METHOD.exec(line) ?? [];
  if (name === undefined || built === undefined) return;
  const members = current.members.get(built) ?? [];
  current.members.set(built, members);
  members.push({
    from: numberOf(from),
    to: numberOf(to),
    owner,
    name,
    sourceFrom: numberOf(sourceFrom),
    sourceTo: numberOf(sourceTo),
  });
}

const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/**
 * The calls that a call of the built code stands for, the innermost first; none when its class is not in the mapping.
 * A call without a line that several methods could be names them all: `a|b`.
 */
export function retrace(mapping: R8Mapping, call: Call): Call[] {
  const owner = mapping.classes.get(call.owner);
  if (owner === undefined) return [];
  const members = owner.members.get(call.method) ?? [];
  const covering = members.filter((member) => covers(member, call.line));
  const found = covering.length > 0 ? covering : members.filter(({ from }) => from === null);
  if (found.length > 0 && call.line !== null && found[0]?.from !== null)
    return found.map((member) => callOf(mapping, member, call.line ?? 0));
  const names = [...new Set((found.length > 0 ? found : members).map(({ name }) => name))];
  const method = names.length > 0 ? names.join("|") : call.method;
  return [{ owner: owner.name, method, file: fileOf(mapping, owner.name), line: sourceLine(found) }];
}

function covers({ from, to }: Member, line: number | null): boolean {
  return line !== null && from !== null && to !== null && line >= from && line <= to;
}

/** Of a method without ranges the mapping may still know the one line. */
function sourceLine(found: readonly Member[]): number | null {
  const [only] = found;
  return found.length === 1 && only?.from === null ? only.sourceFrom : null;
}

function callOf(mapping: R8Mapping, member: Member, line: number): Call {
  const { owner, name, from, sourceFrom, sourceTo } = member;
  const moved =
    (sourceFrom ?? line) + (sourceTo === null || sourceTo === sourceFrom ? 0 : line - (from ?? 0));
  return { owner, method: name, file: fileOf(mapping, owner), line: moved };
}

/** As the mapping says, or by Java's rule; Kotlin's file classes end in `Kt`. */
function fileOf({ files }: R8Mapping, owner: string): string {
  const [outer = ""] = owner.slice(owner.lastIndexOf(".") + 1).split("$");
  return files.get(owner) ?? (/.Kt$/.test(outer) ? `${outer.slice(0, -2)}.kt` : `${outer}.java`);
}
