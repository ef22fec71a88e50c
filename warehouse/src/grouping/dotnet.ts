import { type Exception, type Frame, placeNumber, type StackFormat, readHeader } from "./frame.ts";
import { startsWithAny, VENDORS } from "./vendors.ts";

/** In any language of .NET: `at` and `in` are translated. The arguments' types follow without a space. */
const FRAME =
  /^\s+(?:at|在|於|bei|à|en|в|위치:|場所) ([\p{L}\p{M}\w.`+<>|,=$[\]-]{3,600}\.(?:[\p{L}\p{M}\w`<>|$[\],.+-]{1,300}|\.ctor|\.cctor))(?:\[[^\]]{0,300}\])?\(([^()]{0,600})\)(?: (?:in|位置|于|à|場所|파일) (.{1,400}):(?:line|行号|行|ligne|Zeile|줄) ?(\d{1,9}))?/u;

export const dotnet: StackFormat = { name: "dotnet", isFrame: (line) => FRAME.test(line), parse };

/** Inner exceptions come first with their frames, and each says where it ends. */
function parse(lines: readonly string[]): Exception[] {
  const exceptions: Exception[] = [readHeader(lines[0]?.split(" ---> ")[0] ?? "")];
  const open = [...exceptions];
  for (const line of lines) {
    if (/\(Inner Exception #[1-9]/.test(line)) break;
    for (const inner of line.split(" ---> ").slice(1)) {
      const exception = readHeader(inner.replace(/^\(Inner Exception #0\) /, ""));
      exceptions.push(exception);
      open.push(exception);
    }
    const frame = frameOf(line);
    if (frame !== undefined) open.at(-1)?.frames.push(frame);
    else if (isEndOfInner(line) && open.length > 1) open.pop();
  }
  return exceptions;
}

function isEndOfInner(line: string): boolean {
  return (
    /^\s*---.*---\s*$/.test(line) &&
    !/from previous location|上一位置|前一位置/.test(line) &&
    !line.includes("--->")
  );
}

function frameOf(line: string): Frame | undefined {
  const [, name, , , number] = FRAME.exec(line) ?? [];
  if (name === undefined) return undefined;
  const { module, function: called } = cleanName(name);
  return {
    function: called,
    module,
    line: placeNumber(number),
    column: null,
    isInApp: !startsWithAny(module, VENDORS.dotnet) && called !== "",
  };
}

/** `Bank.Service.<SubmitAsync>d__5.MoveNext` is `SubmitAsync` of `Bank.Service`; so are its lambdas and local functions. */
function cleanName(name: string): { module: string; function: string } {
  const plain = name
    .replaceAll(/`\d+/g, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    // An asynchronous lambda, and the Main of a program without one.
    .replaceAll(/<<([^<>]+)>b__[\d_]+>d(?:__\d+)?/g, "<$1>d__0")
    .replaceAll(/<Main>\$/g, "Main")
    .replaceAll(/<>c(?:__DisplayClass\d+_\d+)?\.?/g, "");
  const made = /^(.*?)[.+]?<([\w.]+)>(?:[a-z]__(\w+?)?(?:\|\d+_\d+|\d*(?:_\d+)?)(?:\.MoveNext)?)$/.exec(
    plain,
  );
  if (made !== null) {
    const local = made[3] !== undefined && /[A-Za-z]/.test(made[3]) ? `.${made[3]}` : "";
    return { module: (made[1] ?? "").replace(/[.+]$/, ""), function: `${made[2]}${local}` };
  }
  const at = plain.replace(/\.(\.c?ctor)$/, "#$1").lastIndexOf(plain.endsWith("ctor") ? "#" : ".");
  return { module: plain.slice(0, at), function: plain.slice(at + 1) };
}
