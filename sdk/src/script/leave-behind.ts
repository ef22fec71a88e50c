import type { InitOptions } from "../core/options.ts";
import type { Voxloop } from "../core/voxloop.ts";

type Target = Record<string, ((...args: unknown[]) => unknown) | undefined>;
/** A call that was made before this script was there; a transaction's handle gets its real calls later. */
type Call = [name: string, args: Iterable<unknown>, handle: object | undefined, target: Target];

interface Page {
  voxloop?: Target & { q?: Call[] };
}

/**
 * Leaves `voxloop` behind, with `init` and, once it was called, all the calls of its client. Calls that the snippet has
 * collected are made up for, in their order.
 */
export function leaveBehind(init: (options: InitOptions) => Voxloop): void {
  const page = globalThis as Page;
  // An element with this id is a global of that name, too.
  const collected = page.voxloop?.q;
  const api: Target = collected ? page.voxloop! : {};
  let client: Voxloop | undefined;
  api["init"] = (options) => {
    const started = init(options as InitOptions);
    client ??= Object.assign(api, started);
    return started;
  };
  page.voxloop = api;
  for (const [name, args, handle, target] of collected ?? []) {
    Object.assign(handle ?? {}, target[name]?.(...args));
  }
}
