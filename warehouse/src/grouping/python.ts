import { type Exception, type Frame, placeNumber, readHeader, type StackFormat } from "./frame.ts";
import { cleanPath } from "./paths.ts";

const FRAME = /^[\s|]*File "([^"]{1,500})", line (\d{1,9})(?:, in (.{1,200}))?/;
const HEADER = /^[\s|]{0,40}((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:: |:?$)/;

/** Tracebacks, where the innermost call is the last, and the root cause the first. */
export const python: StackFormat = { name: "python", isFrame: (line) => FRAME.test(line), parse };

function parse(lines: readonly string[]): Exception[] {
  const exceptions: Exception[] = [];
  let frames: Frame[] = [];
  for (const [index, line] of lines.entries()) {
    // Those of a group follow it: what it is made of, and no cause of it.
    if (/^[\s|]*\+-[+-]/.test(line)) break;
    const frame = frameOf(line);
    if (frame !== undefined) frames.unshift(frame);
    else if (frames.length > 0 && !isIndented(line) && isAfterCode(lines, index)) {
      exceptions.unshift({ ...readHeader(line.replace(/^[\s|]{1,40}/, "")), frames });
      frames = [];
    }
  }
  if (frames.length > 0) exceptions.unshift({ type: "", message: "", frames });
  return exceptions;
}

function isIndented(line: string): boolean {
  return /^[\s|]{0,4} {4}|^\s\s/.test(line.replace(/^ {2}\| /, "")) || !HEADER.test(line);
}

/** A header follows a call's line or its source. */
function isAfterCode(lines: readonly string[], index: number): boolean {
  return index > 0 && lines[index - 1] !== "";
}

function frameOf(line: string): Frame | undefined {
  const [, file, number, name] = FRAME.exec(line) ?? [];
  if (file === undefined) return undefined;
  return {
    function: name ?? "",
    module: cleanPath(file),
    line: placeNumber(number),
    column: null,
    isInApp:
      !/site-packages|dist-packages|[/\\]lib[/\\]python[\d.]+|[/\\]Lib[/\\](?!.*[/\\]Lib[/\\])|^<|[/\\]\.venv[/\\]/.test(
        file,
      ),
  };
}
