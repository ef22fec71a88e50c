/* What the pages of offline.test.ts load. */
export { init } from "../src/browser.ts";
export { offlineQueue } from "../src/features/offline-queue/index.ts";
