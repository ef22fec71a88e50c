import { ATTR, EVENT } from "@voxloop/contract";
import type { Ground } from "./ground.ts";
import { observePerformance } from "./observe-performance.ts";

/** What people notice; each of a page's tasks over 50 ms would be an event a page. */
const NOTICED_MS = 100;

/** One event for all long tasks of a page, when it is left, if one of them was long enough to be noticed. */
export function watchLongTasks(ground: Ground): void {
  let [count, total, max] = [0, 0, 0];
  observePerformance(ground, "longtask", ({ duration }) => {
    count++;
    total += duration;
    max = Math.max(max, duration);
  });
  const report = (): void => {
    if (max >= NOTICED_MS)
      ground.client.emit(EVENT.longTask, {
        [ATTR.longTaskCount]: count,
        [ATTR.longTaskMaxMs]: Math.round(max),
        [ATTR.durationMs]: Math.round(total),
        [ATTR.urlPath]: ground.path,
      });
    count = total = max = 0;
  };
  ground.on("route", report);
  ground.on("leave", report);
}
