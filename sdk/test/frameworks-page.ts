export { init } from "../src/browser.ts";
export { autocapture } from "../src/features/autocapture/index.ts";
export { showReact } from "./frameworks-react.ts";
export { showSvelte } from "./frameworks-svelte.ts";
export { showVue } from "./frameworks-vue.ts";
