/** What a page takes in that names auto-capture; only its size is of interest. */
export { init } from "../../src/browser.ts";
export { autocapture } from "../../src/features/autocapture/index.ts";
