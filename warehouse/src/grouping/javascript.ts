import { Chain, type Exception, type Frame, placeNumber, type StackFormat } from "./frame.ts";
import { cleanPath } from "./paths.ts";

/** Chrome, Edge and Node: `at name (place)`, `at place`. */
const V8 = /^\s*at (?:(.{1,300}?) \((.{0,600})\)|(\S.{0,600}))\s*$/;
/** Firefox and Safari: `name@place`; the name may be empty. */
const GECKO = /^\s*((?:(?:async|get|set|bound|new) )?(?:[^@\s]|\s(?=code@)){0,300})@(\S.{0,600})$/;
const PLACE = /^(.*?)(?::(\d{1,9}))?(?::(\d{1,9}))?$/;
const IS_PLACE =
  /^(?:[a-z][\w+.-]{1,30}:|\/|\.{1,2}\/|[A-Za-z]:\\|<anonymous>|native|\[native code\]|index |node:|internal\/)|:\d+(?::\d+)?$/;

/** Stacks of browsers, their WebViews, Node and React Native. */
export const javascript: StackFormat = {
  name: "javascript",
  isFrame: (line) => frameOf(line) !== undefined,
  parse,
};

function parse(lines: readonly string[]): Exception[] {
  const chain = new Chain();
  for (const line of lines) {
    const cause = /^\s*(?:Caused by:|\[cause\]:|\[errors?\]:) ?(.*)/.exec(line);
    const frame = frameOf(line);
    if (cause !== null) {
      if (cause[1]?.startsWith("[Circular") === true) break;
      chain.start(cause[1] ?? "");
    } else if (frame !== undefined) chain.add(frame);
    else if (chain.exceptions.length === 0) chain.start(line);
  }
  return chain.exceptions;
}

function frameOf(line: string): Frame | undefined {
  const v8 = V8.exec(line);
  const [name, place] =
    v8 === null ? geckoParts(line) : (bundledParts(v8[3]) ?? [v8[1] ?? "", v8[2] ?? v8[3] ?? ""]);
  if (place === undefined || name === undefined || !isPlace(place)) return undefined;
  const [, file = "", row, column] = PLACE.exec(innermost(place)) ?? [];
  return {
    function: cleanFunction(name),
    module: cleanPath(file),
    line: placeNumber(row),
    column: placeNumber(column),
    isInApp: isInApp(name, file),
  };
}

/** HarmonyOS writes `at name package|module|version|file:1:2`. */
function bundledParts(place: string | undefined): [string, string] | undefined {
  const [, name, file] = /^(\S{1,200}) (\S{1,100}\|\S{1,400})$/.exec(place ?? "") ?? [];
  return name === undefined || file === undefined ? undefined : [name, file];
}

function geckoParts(line: string): [string, string] | [] {
  const [, name, place] = GECKO.exec(line) ?? [];
  return name === undefined || place === undefined ? [] : [name, place];
}

function isPlace(place: string): boolean {
  return IS_PLACE.test(innermost(place));
}

/** Of evaluated code the place that evaluated it: `eval at f (https://a/x.js:1:2), <anonymous>:3:4`, `x.js line 1 > eval:3:4`. */
function innermost(place: string): string {
  const [, inner] = /^eval at .{0,300}\((?:eval at .{0,300}\()?([^()]{1,400})\)/.exec(place) ?? [];
  return (inner ?? place)
    .replace(/ line \d+ > (?:eval|Function|injectedScript).*$/, "")
    .replace(/^async /, "");
}

/**
 * The function's own name: browsers differ in what they put before it (`async`, `new`, the object, the outer function) and after
 * it (`[as alias]`).
 */
function cleanFunction(name: string): string {
  const plain = name
    .replace(/ \[as [^\]]*\]$/, "")
    .replace(/^(?:async\*?|new|get|set|bound|static|setTimeout handler\*|promise callback\*|\*) ?/g, "")
    .replace(/^(?:async |new |get |set )/, "")
    .replace(
      /^(?:setTimeout handler|promise callback|EventListener\.handleEvent|EventHandlerNonNull|FrameRequestCallback)\*/,
      "",
    )
    .replace(/[<*]+$/, "");
  if (/^(?:global|module|eval) code$|<anonymous>$|^anonymous$|^\?$|(?:^|\.)eval$/.test(plain)) return "";
  return plain
    .slice(Math.max(plain.lastIndexOf("."), plain.lastIndexOf("/"), plain.lastIndexOf(" ")) + 1)
    .replace(/^#/, "");
}

const EXTENSION =
  /^(?:chrome|moz|safari|safari-web|ms-browser|edge)-extension:|^(?:chrome|resource|about|moz-\w+):/;
const LIBRARY =
  /[/\\]node_modules[/\\]|^node:|^internal\/|\[native code\]|^native$|^<anonymous>$|^index \d|\(native\)|webpack\/(?:runtime|bootstrap)|\bWA(?:Service|Sub|Web|Worker)\w*\.js|^https:\/\/lib\/|\/(?:vendors?|polyfills?|framework|react(?:-dom)?|vue(?:\.runtime)?|zone|jquery|angular|runtime|gtag|hm|analytics|gtm)(?:[.~-][\w~.-]{0,80})?\.m?js|^https?:\/\/(?:[\w-]{1,63}\.){0,4}(?:unpkg\.com|jsdelivr\.net|cdnjs\.cloudflare\.com|googletagmanager\.com|google-analytics\.com|hm\.baidu\.com|bdimg\.com|bootcdn\.net|staticfile\.org|gstatic\.com)\//i;

function isInApp(name: string, file: string): boolean {
  return (
    file !== "" &&
    !EXTENSION.test(file) &&
    !LIBRARY.test(file) &&
    !/^(?:Array|Object|Promise|Function|Map|Set|String|JSON|RegExp)\.\w+$/.test(file) &&
    name !== "native"
  );
}
