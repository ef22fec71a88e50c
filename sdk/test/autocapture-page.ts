export { init } from "../src/browser.ts";
export { autocapture } from "../src/features/autocapture/index.ts";
