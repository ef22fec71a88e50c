/** What a runtime's own message says, in words that do not depend on the browser. */
export interface EngineMessage {
  detail: string;
  /** Whether what was missing has a minifier's name, which is another in the next build. */
  isVague: boolean;
  /** Where runtimes call the same thing by different types. */
  type?: string;
}

/**
 * Reads the messages of runtimes, which name what was missing; undefined for any other message. So `reading 'balance'` in
 * Chrome, Safari and Firefox is one detail, while another property is another.
 */
export function readEngineMessage(message: string): EngineMessage | undefined {
  const start = message.slice(0, 1_000);
  for (const { pattern, by, type } of ENGINE) {
    const match = pattern.exec(start);
    if (match === null) continue;
    const names = match.slice(1).map(nameOf);
    const detail = by.replaceAll(/\$(\d)/g, (_, group: string) => names[Number(group) - 1] ?? "");
    return { detail, isVague: names.includes(""), ...(type === undefined ? {} : { type }) };
  }
  return undefined;
}

/** Of `a.b.c(d)` it is `c`; a name of a letter or two is a minifier's and says nothing. */
function nameOf(expression: string): string {
  const head = expression
    .replace(/\s?=(?!=).*$/, "")
    .replace(/(?<=[\w$\]])\(.*$/, "")
    .replaceAll(/<local\d+>/g, "local");
  const name = head
    .slice(head.lastIndexOf(".") + 1)
    .replaceAll(/["'[\]()]/g, "")
    .trim();
  return name.length <= 2 && head === expression && !expression.includes(".") ? "" : name;
}

interface Pattern {
  pattern: RegExp;
  by: string;
  type?: string;
}

const ENGINE: readonly Pattern[] = [
  {
    pattern:
      /Cannot (?:read|set) propert(?:y|ies) of (?:undefined|null) \((?:reading|setting) '([^']{1,200})'\)/,
    by: "property .$1 of nothing",
  },
  {
    pattern: /Cannot (?:read|set) property '([^']{1,200})' of (?:undefined|null)/,
    by: "property .$1 of nothing",
  },
  {
    pattern: /(?:undefined|null) is not an object \(evaluating '([^']{1,200})'\)/,
    by: "property .$1 of nothing",
  },
  {
    pattern: /can't access property "?([^",]{1,200})"?, .{1,200} is (?:undefined|null)/,
    by: "property .$1 of nothing",
  },
  { pattern: /([\w$.,()\s[\]]{1,200}) is not a (?:function|constructor)\b/, by: "call of $1" },
  { pattern: /Can't find variable: ([\w$]{1,200})/, by: "no $1" },
  { pattern: /^([\w$]{1,200}) is not defined/, by: "no $1" },
  { pattern: /Maximum call stack size exceeded|too much recursion/, by: "recursion", type: "RangeError" },
  {
    pattern:
      /^(?:TypeError: )?(?:Failed to fetch|Load failed|NetworkError when attempting to fetch resource\.?|fetch failed|Network request failed)$/,
    by: "fetch failed",
    type: "TypeError",
  },
  {
    pattern: /Loading (?:CSS )?chunk \S+ failed|dynamically imported module|Importing a module script failed/,
    by: "module not loaded",
    type: "ChunkLoadError",
  },
  {
    pattern:
      /Unexpected end of JSON input|JSON\.parse: unexpected end of data|JSON Parse error: Unexpected EOF/,
    by: "JSON ends early",
    type: "SyntaxError",
  },
  {
    pattern: /is not valid JSON|in JSON at position|JSON\.parse: |JSON Parse error: /,
    by: "not JSON",
    type: "SyntaxError",
  },
  { pattern: /ResizeObserver loop/, by: "ResizeObserver loop" },
  {
    pattern:
      /The user aborted a request|signal is aborted without reason|The operation was aborted|Fetch is aborted/,
    by: "aborted",
    type: "AbortError",
  },
  // Java 14 and later.
  {
    pattern:
      /^Cannot (?:invoke|read field|assign field|load from|store to) "?(.{1,200}?)"? because "(.{1,200}?)" is null/,
    by: "$1 of $2",
  },
  // Python.
  { pattern: /object has no attribute '(\w{1,200})'/, by: "no attribute $1" },
  { pattern: /^name '(\w{1,200})' is not defined/, by: "no $1" },
  // Dart.
  {
    pattern: /The (?:getter|setter|method) '([\w=]{1,200})' was called on null/,
    by: "property .$1 of nothing",
  },
  { pattern: /type '([^']{1,100})' is not a subtype of type '([^']{1,100})'/, by: "$1 is no $2" },
];
