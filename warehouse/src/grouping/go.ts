import { type Exception, type Frame, placeNumber, type StackFormat } from "./frame.ts";

const FILE = /^\s+((?:[A-Za-z]:)?[^\s:]{1,500}\.(?:go|s|c)):(\d{1,9})(?: \+0x[0-9a-f]{1,16})?\s*$/;
/** Where the arguments begin, which are addresses and numbers; a receiver's type begins with a star. */
const ARGUMENTS = /\((?:0x|\.\.\.|\{|\)|\d|_).*$|\(\)?$/;

/** A goroutine's stack: two lines a call, its name and its place. */
export const go: StackFormat = { name: "go", isFrame: (line) => FILE.test(line), parse };

function parse(lines: readonly string[]): Exception[] {
  let frames: Frame[] = [];
  let goroutines = 0;
  for (const [index, line] of lines.entries()) {
    // The first is the one that failed.
    if (/^goroutine \d+ \[/.test(line) && ++goroutines > 1) break;
    const [, file, number] = FILE.exec(line) ?? [];
    const call = lines[index - 1] ?? "";
    if (file === undefined || call.startsWith("created by ")) continue;
    // Above are the functions that recovered, the same for every panic.
    if (call.startsWith("panic(")) frames = [];
    else frames.push(frameOf(call, { file, number: number ?? "" }));
  }
  return [{ type: "", message: "", frames }];
}

function frameOf(call: string, { file, number }: { file: string; number: string }): Frame {
  const path = call
    .replace(/^created by /, "")
    .replace(ARGUMENTS, "")
    .replaceAll("%2e", ".")
    .replaceAll(/\[[^\]]*\]/g, "");
  const afterSlash = path.lastIndexOf("/") + 1;
  const dot = path.indexOf(".", afterSlash);
  const module = dot < 0 ? path : path.slice(0, dot);
  return {
    // Closures are numbered in the order of the file.
    function:
      dot < 0
        ? ""
        : path
            .slice(dot + 1)
            .replaceAll(/\.func\d+(?:\.\d+)*/g, ".func")
            .replaceAll(/\.gowrap\d+/g, ".gowrap"),
    module: module.replace(/@v[\w.+-]+/, ""),
    line: placeNumber(number),
    column: null,
    isInApp:
      !/\/pkg\/mod\/|\/vendor\/|\/(?:go|golang|libexec)(?:[\d.]+)?\/src\/|\/GOROOT\/|^_cgo/i.test(file) &&
      !STANDARD.test(path),
  };
}

const STANDARD =
  /^(?:runtime|reflect|sync|net|testing|os|io|context|database|encoding|bufio|bytes|time|syscall|internal|crypto|log|errors|fmt|sort|strings|go\.opentelemetry\.io)(?:[./]|$)/;
