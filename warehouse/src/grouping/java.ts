import { Chain, type Exception, type Frame, placeNumber, type StackFormat } from "./frame.ts";
import { startsWithAny, VENDORS } from "./vendors.ts";

const FRAME =
  /^\s*at (?:[\w.@-]{0,200}\/{1,2}){0,2}([\p{L}\p{M}\w.$<>-]{1,500})\.([\p{L}\p{M}\w$<>-]{1,300})\(([\p{L}\p{M}\w$. -]{0,200}\.(?:java|kt|kts|scala|groovy|clj)|SourceFile|Unknown Source|Native Method|<generated>|[\w.$-]{0,50}Unknown Source|r8-map-id-[\w-]{0,100}|PG)(?::(\d{1,9}))?\)/u;

/** Java, Kotlin and what else runs there, as `printStackTrace` writes it. */
export const java: StackFormat = { name: "java", isFrame: (line) => FRAME.test(line), parse };

function parse(lines: readonly string[]): Exception[] {
  const chain = new Chain();
  let suppressedDepth = Infinity;
  let isRootFirst = false;
  for (const line of lines) {
    const depth = /^\t*/.exec(line)?.[0].length ?? 0;
    if (depth > suppressedDepth) continue;
    suppressedDepth = Infinity;
    const frame = frameOf(line);
    const header = /^\s*(Caused by|Wrapped by|Suppressed): (.*)/.exec(line);
    if (frame !== undefined) chain.add(frame);
    else if (header?.[1] === "Suppressed") suppressedDepth = depth;
    else if (header !== null) {
      // A cause that was met before: the chain is a circle.
      if (header[2]?.startsWith("[CIRCULAR") === true) break;
      isRootFirst ||= header[1] === "Wrapped by";
      chain.start(header[2] ?? "");
    } else if (chain.exceptions.length === 0) chain.start(line);
  }
  return isRootFirst ? chain.exceptions.toReversed() : chain.exceptions;
}

function frameOf(line: string): Frame | undefined {
  const [, owner, name, , number] = FRAME.exec(line) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  const module = classOf(owner);
  return {
    function: functionOf(name),
    module,
    line: placeNumber(number),
    column: null,
    isInApp: !startsWithAny(module, VENDORS.java) && !/\$\$(?:Lambda|FastClass)|\$Proxy\d/.test(owner),
  };
}

/** Without what proxies and compilers number: `Transfer$$SpringCGLIB$$0` is `Transfer`, `Transfer$1` is `Transfer$`. */
function classOf(owner: string): string {
  return owner
    .replace(/\$\$(?:Enhancer|SpringCGLIB|EnhancerBy|FastClass|Lambda|ExternalSynthetic).*/, "")
    .replaceAll(/\$\d+/g, "$");
}

/** `lambda$submit$3` is `lambda$submit`, `access$000` is `access`. */
function functionOf(name: string): string {
  return name
    .replaceAll(/\$\d+/g, "")
    .replace(/^lambda\$([\p{L}\w]+).*/u, "lambda$$$1")
    .replace(/-[\w-]+$/, "");
}
