/** One call of a stack, in names that do not change with the build, the browser or the line. */
export interface Frame {
  /** "" when it has no name. */
  function: string;
  /** The file, class or library that the function is in. */
  module: string;
  line: number | null;
  column: number | null;
  /** The app's own code, not that of the runtime, a library, or a browser's extension. */
  isInApp: boolean;
}

/** One exception of a stack trace; its type and message are as the stack says them, "" when it does not. */
export interface Exception {
  type: string;
  message: string;
  /** The innermost call first. */
  frames: Frame[];
}

export interface StackFormat {
  name: string;
  /** Whether a line is a call as this format writes it. */
  isFrame(line: string): boolean;
  /** The exceptions of a chain, the outermost first, the root cause last. */
  parse(lines: readonly string[]): Exception[];
}

/** A number of a place, null when there is none. */
export function placeNumber(text: string | undefined): number | null {
  return text === undefined || text === "" ? null : Number(text);
}

/** An exception as a header tells of it: `com.bank.LimitException: over the limit`. */
export function readHeader(header: string): Exception {
  const [, type = "", message = ""] = HEADER.exec(header.trim()) ?? [];
  return { type, message, frames: [] };
}

const HEADER =
  /^(?:Uncaught |Unhandled exception[:.]? |Exception in thread "[^"]{0,200}" )?([\p{L}\w.$`*<>+-]{1,200})(?: \([^)]{0,100}\))?(?:: ?(.*)|\s*$)/u;

/** Gathers a chain whose headers come before their frames, the outermost first. */
export class Chain {
  readonly exceptions: Exception[] = [];

  start(header: string): void {
    this.exceptions.push(readHeader(header));
  }

  add(frame: Frame): void {
    if (this.exceptions.length === 0) this.start("");
    this.exceptions.at(-1)?.frames.push(frame);
  }
}
