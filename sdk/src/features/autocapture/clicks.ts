import { ATTR, EVENT } from "@voxloop/contract";
import { ACTIVE, attributesOf, FIELD, isIgnored, nameOf, pathOf } from "./element.ts";
import type { Ground } from "./ground.ts";

const RAGE_CLICKS = 3;
const RAGE_MS = 1_000;
const RAGE_PX = 30;

/** Tells of the customer's clicks; a script's are none. */
export function watchClicks(ground: Ground): void {
  ground.listen<MouseEvent>("click", (event) => {
    const path = pathOf(event);
    if (!event.isTrusted || !path[0] || isIgnored(path)) return;
    const element = path.find((at) => at.matches(`${ACTIVE},[data-vox-name]`)) ?? path[0];
    ground.tell("click", { event, path, element });
  });
}

/** One event for each burst of clicks, however long it is. */
export function watchRageClicks({ client, on }: Ground): void {
  let burst: MouseEvent[] = [];
  let isTold = false;
  on("click", ({ event, path, element }) => {
    const isWithin = (before: MouseEvent | undefined): unknown =>
      before &&
      event.timeStamp - before.timeStamp <= RAGE_MS &&
      Math.hypot(before.clientX - event.clientX, before.clientY - event.clientY) <= RAGE_PX;
    if (!isWithin(burst[burst.length - 1])) {
      burst = [];
      isTold = false;
    }
    // A held key clicks too, at no place; three clicks in a field select its text.
    if (!event.detail || path.some((at) => at.matches(FIELD)) || isIgnored(path, "rage")) return;
    burst = [...burst.slice(1 - RAGE_CLICKS), event];
    if (isTold || burst.length < RAGE_CLICKS || !isWithin(burst[0])) return;
    // Three clicks select a paragraph.
    if (getSelection()?.type === "Range" && !element.matches(ACTIVE)) return;
    isTold = true;
    client.emit(EVENT.rageClick, { [ATTR.widgetName]: nameOf(element) }, attributesOf(path));
  });
}
