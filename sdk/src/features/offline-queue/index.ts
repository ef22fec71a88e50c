export { offlineQueue } from "./offline-queue.ts";
