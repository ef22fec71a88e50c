import { ATTR, EVENT } from "@voxloop/contract";
import type { Attributes } from "../../core/event.ts";
import { attributesOf, fieldName, isIgnored, pathOf } from "./element.ts";
import type { Ground } from "./ground.ts";

const TOUCHED_MAX = 20;
/** After a change of the route a form that is still there then goes on, as in a wizard. */
const SETTLE_MS = 1_000;
/** A request that sends something so soon after a click sends the form. */
const SENDING_MS = 1_000;

interface Touched {
  own: Attributes;
  added: Attributes;
  from: number;
}

/** Tells of forms that were filled in part, not submitted, and left: their name and the last field's, never a value. */
export function watchForms(ground: Ground): void {
  const { client, listen, on, stops, run } = ground;
  const touched = new Map<Element, Touched>();
  let clickedAt = -Infinity;

  // No `change`: Chromium makes one of a field that is taken away with its form, after the form was sent.
  listen("input", (event) => {
    const path = pathOf(event);
    const form = path.find((element) => element.localName === "form");
    if (!event.isTrusted || !form || isIgnored(path, "form")) return;
    const from = touched.get(form)?.from ?? performance.now();
    const own = {
      [ATTR.formName]: fieldName(form),
      [ATTR.formField]: fieldName(path[0]!),
      [ATTR.urlPath]: ground.path,
    };
    if (touched.size < TOUCHED_MAX || touched.has(form))
      touched.set(form, { own, added: attributesOf(path.slice(path.indexOf(form))), from });
  });
  // `formdata` too, as a script that submits a form, or reads it to send it, makes no `submit`.
  listen("submit formdata reset", (event) => pathOf(event).forEach((element) => touched.delete(element)));
  on("click", () => void (clickedAt = performance.now()));
  on("request", (method) => {
    if (!/^(GET|HEAD)$/.test(method) && performance.now() - clickedAt < SENDING_MS) touched.clear();
  });

  const report = (isGone: boolean): void => {
    for (const [form, { own, added, from }] of touched) {
      if (!isGone && form.isConnected) continue;
      touched.delete(form);
      const durationMs = Math.round(performance.now() - from);
      client.emit(EVENT.formAbandoned, { ...own, [ATTR.durationMs]: durationMs }, added);
    }
  };
  on("leave", (isGone) => isGone && report(true));
  on("route", () => run(() => report(false), SETTLE_MS));
  stops.push(() => touched.clear());
}
