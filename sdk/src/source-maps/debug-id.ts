import { createHash } from "node:crypto";

const COMMENT = /^\/\/# debugId=([0-9a-f-]{36})\s*$/gim;
const REFERENCE = /^\/\/[#@] sourceMappingURL=\S+\s*$/gm;

export interface Identified {
  debugId: string;
  code: string;
  map: string;
}

/**
 * Gives a script and its map the debug id that ECMA-426 proposes: a comment and a member. What has one keeps it; else it follows
 * from the content, so that the same build has the same one. Throws where the map is none.
 */
export function identify(code: string, map: string): Identified {
  const parsed = parseMap(map);
  const own = [parsed["debugId"], parsed["debug_id"], [...code.matchAll(COMMENT)].at(-1)?.[1]];
  const debugId = own.find((id): id is string => typeof id === "string") ?? idOf(code, map);
  const isNamed = parsed["debugId"] === debugId;
  return {
    debugId,
    code: withComment(code, debugId),
    map: isNamed ? map : JSON.stringify({ ...parsed, debugId }),
  };
}

function parseMap(map: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(map);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  throw new Error("its source map is no JSON object");
}

/** Of the shape of a random UUID, which is what readers expect. */
function idOf(code: string, map: string): string {
  const hex = createHash("sha256").update(code).update("\0").update(map).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** At the end, where it moves no line; before the map's address, which some readers look for in the last line only. */
function withComment(code: string, debugId: string): string {
  const comment = `//# debugId=${debugId}\n`;
  if (code.includes(comment.trimEnd())) return code;
  const at = [...code.matchAll(REFERENCE)].at(-1)?.index ?? code.length;
  const before = code.slice(0, at);
  return `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${comment}${code.slice(at)}`;
}
