import type * as Prompts from "../features/prompts/prompts.ts";

/** Known only while the script runs. */
const from = (globalThis.document?.currentScript as HTMLScriptElement | null)?.src;

/** From beside the script, which has no chunks: the build puts this in the place of the feature's own `loadPrompts`. */
export const loadPrompts = (): Promise<typeof Prompts> =>
  import(new URL("voxloop.prompts.js", from).href) as Promise<typeof Prompts>;
