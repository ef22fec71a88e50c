import type { Exception, Frame } from "./frame.ts";
import { isWrapper } from "./types.ts";

/** A frame of the app as it is compared. */
export interface NamedFrame {
  /** Without names that a minifier gave, which are others in the next build. */
  clear: string;
  raw: string;
  /** Whether it has a name that someone gave. */
  isClear: boolean;
}

export interface NamedException {
  type: string;
  message: string;
  frames: NamedFrame[];
}

/** Of the app's own calls the innermost tell causes apart; browsers differ in how many more they write. */
const FRAMES_MAX = 8;
const FRAMES_MAX_JAVASCRIPT = 5;
/** The outermost, and those nearest to the root cause. */
const EXCEPTIONS_MAX = 4;

/** The exceptions of a chain with the app's own frames, each frame once, without those that only wrap another. */
export function nameExceptions(format: string, exceptions: readonly Exception[]): NamedException[] {
  const telling = exceptions.filter(
    ({ type }, index) => index === 0 || index === exceptions.length - 1 || !isWrapper(type),
  );
  const some =
    telling.length <= EXCEPTIONS_MAX
      ? telling
      : [...telling.slice(0, 1), ...telling.slice(1 - EXCEPTIONS_MAX)];
  return some.map(({ type, message, frames }) => ({
    message,
    type: type.replaceAll(/\$\d+|`\d+/g, ""),
    frames: nameFrames(format, frames),
  }));
}

const LIBRARY_FRAMES_MAX = 5;
const LIBRARY_FRAMES_MAX_JAVASCRIPT = 3;

/** The innermost calls of libraries, for a stack without any of the app's: in browsers only those with a name of their own. */
export function librariesOf(format: string, frames: readonly Frame[]): string[] {
  if (format !== "javascript") return [...new Set(frames.map(textOf))].slice(0, LIBRARY_FRAMES_MAX);
  const named = frames.filter(
    ({ module, function: name }) =>
      name.length > 2 && /\.m?[jt]sx?$/.test(module) && !module.includes("-extension:"),
  );
  return [...new Set(named.map(textOf))].slice(0, LIBRARY_FRAMES_MAX_JAVASCRIPT);
}

function textOf({ module, function: name }: Frame): string {
  return `${module} ${name}`;
}

function nameFrames(format: string, frames: readonly Frame[]): NamedFrame[] {
  const limit = format === "javascript" ? FRAMES_MAX_JAVASCRIPT : FRAMES_MAX;
  const named = new Map<string, NamedFrame>();
  for (const frame of frames) {
    if (!frame.isInApp) continue;
    const raw = textOf(frame);
    if (!named.has(raw)) named.set(raw, nameFrame(frame, { format, raw }));
    if (named.size === limit) break;
  }
  return [...named.values()];
}

function nameFrame(frame: Frame, { format, raw }: { format: string; raw: string }): NamedFrame {
  const { module, function: name } = frame;
  if (format === "javascript") {
    const isSource = /\.(?:tsx?|mts|jsx|vue|svelte)$|(?:^|\/)src\//.test(module);
    const isNamed = name.length > 2 || (isSource && name !== "");
    return { raw, clear: isNamed ? raw : `${module} `, isClear: isNamed || isSource };
  }
  const simple = module.slice(Math.max(module.lastIndexOf("."), module.lastIndexOf("/")) + 1);
  return { raw, clear: raw, isClear: format !== "java" || simple.length > 2 || name.length > 2 };
}
