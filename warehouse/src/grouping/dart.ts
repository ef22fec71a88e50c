import { type Exception, type Frame, placeNumber, type StackFormat } from "./frame.ts";
import { startsWithAny, VENDORS } from "./vendors.ts";

const FRAME =
  /^#\d{1,5}\s+(.{1,400}?) \(((?:package|dart|file|org-dartlang-\w+):[^()\s]{1,400}?)(?::(\d{1,9}))?(?::(\d{1,9}))?\)/;
/** What `package:stack_trace` writes instead. */
const TERSE = /^((?:package:|dart:)[^\s:]{1,300}) (\d{1,9}):(\d{1,9})\s+(\S.{0,300})/;
/** An obfuscated build's: the offset alone says where. */
const OBFUSCATED =
  /^\s*#\d{1,5}\s+abs [0-9a-f]{8,16}(?: virt [0-9a-f]{8,16})? (\S{1,100})\+(0x[0-9a-f]{1,16})/;

export const dart: StackFormat = {
  name: "dart",
  isFrame: (line) => frameOf(line) !== undefined,
  parse: (lines): Exception[] => [
    { type: "", message: "", frames: lines.map(frameOf).filter((frame) => frame !== undefined) },
  ],
};

function frameOf(line: string): Frame | undefined {
  const obfuscated = OBFUSCATED.exec(line);
  if (obfuscated !== null)
    return {
      function: obfuscated[2] ?? "",
      module: obfuscated[1] ?? "",
      line: null,
      column: null,
      isInApp: true,
    };
  const [, name, module, row, column] = FRAME.exec(line) ?? terse(line);
  if (name === undefined || module === undefined) return undefined;
  return {
    function: name
      .replaceAll(/<anonymous closure>|<fn>/g, "<fn>")
      .replace(/^new /, "")
      .replaceAll(/(?:\.<fn>)+/g, ".<fn>"),
    module,
    line: placeNumber(row),
    column: placeNumber(column),
    isInApp: !startsWithAny(module, VENDORS.dart),
  };
}

function terse(line: string): (string | undefined)[] {
  const [, module, row, column, name] = TERSE.exec(line) ?? [];
  return [line, name, module, row, column];
}
