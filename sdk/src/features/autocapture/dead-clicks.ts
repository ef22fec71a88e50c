import { ATTR, EVENT } from "@voxloop/contract";
import { ACTIVE, attributesOf, FIELD, isIgnored, nameOf } from "./element.ts";
import type { Click, Ground } from "./ground.ts";

const DEAD_MS = 2_500;
const WAITING_MAX = 10;
/** A click that keeps the page busy for so long has done something: computed, or asked with a dialog of the browser's. */
const BUSY_MS = 500;

/** What may answer a click, beside a change of the document, a request and another route. */
const ANSWERS = "focus blur input change invalid submit scroll toggle copy play pause load hashchange";
const CHANGES = { subtree: true, childList: true, attributes: true, characterData: true };
/** What says that it does nothing now, or opens something, which may be done without a script. */
const QUIET = "[aria-disabled=true],[aria-haspopup]";

/** A click that nothing answers. Whatever happens at all counts as an answer, to blame no page that works. */
export function watchDeadClicks({ client, on, listen, stops, run }: Ground): void {
  let waiting: Click[] = [];
  let told = new WeakSet<Element>();
  const observer = new MutationObserver(answer);

  function answer(): void {
    waiting = [];
    observer.disconnect();
  }
  function judge(click: Click): void {
    const { element, path } = click;
    if (!waiting.includes(click)) return;
    waiting = waiting.filter((other) => other !== click);
    if (!waiting.length) answer();
    if (!looksActive(click)) return;
    told.add(element);
    client.emit(EVENT.deadClick, { [ATTR.widgetName]: nameOf(element) }, attributesOf(path));
  }

  on("click", (click) => {
    const { event, path, element } = click;
    const isKnown = told.has(element) || waiting.some((other) => other.element === element);
    if (isKnown || waiting.length === WAITING_MAX || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (isIgnored(path, "dead") || path.some((at) => at.matches(`${FIELD},${QUIET}`))) return;
    const roots = event.composedPath().filter((at) => at instanceof ShadowRoot);
    for (const root of [document, ...roots]) observer.observe(root, CHANGES);
    waiting.push(click);
    run(() => judge(click), DEAD_MS);
    run(() => performance.now() - event.timeStamp > BUSY_MS && answer(), 0);
  });
  on("request", answer);
  on("leave", answer);
  on("route", () => {
    answer();
    told = new WeakSet();
  });
  listen(ANSWERS, answer);
  // A click sets the caret: only what is selected answers it.
  listen("selectionchange", () => getSelection()?.type === "Range" && answer());
  stops.push(answer);
}

/** Asked late, when styles are computed anyway. A link that the browser follows may be a download, or another app's. */
function looksActive({ event, path, element }: Click): boolean {
  const link = path.find((at) => at.matches("a[href]"));
  const isFollowed = link && !event.defaultPrevented && !/^#?$/.test(link.getAttribute("href") ?? "");
  if (isFollowed || !element.isConnected) return false;
  return element.matches(ACTIVE) || getComputedStyle(path[0]!).cursor === "pointer";
}
