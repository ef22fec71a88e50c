import type { Stop } from "../../core/feature.ts";

/** `go` calls what was there before, with its `this`. */
type Call = (go: (args: unknown[]) => unknown, args: unknown[], self: object) => unknown;

/**
 * Calls `call` in a method's place; gives how to undo it. A proxy, as apps ask methods whether they are the browser's.
 * Where somebody has patched the method since, ours stays in theirs, and does nothing more.
 */
export function patch(owner: object, name: string, call: Call): Stop {
  const methods = owner as Record<string, (...args: unknown[]) => unknown>;
  const original = methods[name];
  if (typeof original !== "function") return () => undefined;
  let isOn = true;
  const patched = new Proxy(original, {
    apply(method, self, args) {
      const go = (given: unknown[]): unknown => Reflect.apply(method, self, given);
      return isOn ? call(go, args, self as object) : go(args);
    },
  });
  methods[name] = patched;
  return () => {
    isOn = false;
    if (methods[name] === patched) methods[name] = original;
  };
}
