import { type Exception, type Frame, placeNumber, type StackFormat } from "./frame.ts";
import { VENDORS } from "./vendors.ts";

const FRAME = /^\s*\d{1,5}\s+(\S.{0,100}?)\s+0x[0-9a-f]{6,16} (.{1,600})$/i;

/** What `callStackSymbols` and crash reports of iOS and macOS write, Swift and Objective-C. */
export const apple: StackFormat = {
  name: "apple",
  isFrame: (line) => FRAME.test(line),
  parse: (lines): Exception[] => [
    { type: "", message: "", frames: lines.map(frameOf).filter((frame) => frame !== undefined) },
  ],
};

function frameOf(line: string): Frame | undefined {
  const [, image, symbol] = FRAME.exec(line) ?? [];
  if (image === undefined || symbol === undefined) return undefined;
  const [, row] = /\.(?:swift|mm?|c|cpp):(\d{1,9})\)/.exec(symbol) ?? [];
  const name = cleanSymbol(symbol);
  return {
    function: name,
    module: image,
    line: placeNumber(row),
    column: null,
    isInApp:
      !VENDORS.apple.test(image) &&
      !/^(?:_?main|start|@objc )?$/.test(name) &&
      !/^(?:0x|partial apply|thunk)/.test(name),
  };
}

/** Without the offset into the function, the place, and the numbers that the compiler gives closures and resumed parts. */
function cleanSymbol(symbol: string): string {
  return symbol
    .replace(/ \+ \d+.*$/, "")
    .replace(/ \((?:in )?[^()]*\)(?: \([^()]*\))*$/, "")
    .replace(/^\(\d+\) (?:await|suspend) resume partial function for /, "")
    .replaceAll(/closure #\d+/g, "closure")
    .replace(/^(?:specialized|@objc|merged|partial apply for|protocol witness for) /, "")
    .replace(/ in conformance .*$/, "")
    .replace(/_block_invoke(?:_\d+)?$/, "_block_invoke")
    .replace(/^(?:\d+|0x[0-9a-f]+)$/i, "")
    .trim();
}
