import { ATTR, EVENT } from "@voxloop/contract";
import { describeError } from "../../core/describe-error.ts";
import type { Attributes } from "../../core/event.ts";
import type { Ground } from "./ground.ts";

/** For so long the same error, whoever reported it, is counted and not sent again. */
const SAME_ERROR_MS = 5_000;
const SAME_ERRORS_MAX = 100;

/** What says nothing of the app: errors of other sites' scripts, of extensions, and two that hurt nobody. */
const NOISE = /^Error: (Script error|ResizeObserver loop)|^AbortError|-extension:\/\//;

const keyOf = (attributes: Readonly<Record<string, unknown>>): unknown =>
  attributes[ATTR.exceptionStacktrace] ?? attributes[ATTR.exceptionMessage];

export function watchErrors({ client, listen, stops }: Ground): void {
  const told = new Map<unknown, number>();

  function report(own: Attributes, origin: string): void {
    const { [ATTR.exceptionMessage]: message, [ATTR.exceptionStacktrace]: stack } = own;
    if (NOISE.test(`${own[ATTR.exceptionType]}: ${message}\n${stack}`)) client.losses.add("noise");
    else if (client.now() - told.get(keyOf(own))! < SAME_ERROR_MS) client.losses.add("repeated");
    else client.emit(EVENT.exception, { ...own, [ATTR.errorOrigin]: origin });
  }

  stops.push(
    client.onDraft(({ name, attributes, time }) => {
      if (told.size > SAME_ERRORS_MAX) told.clear();
      if (name === EVENT.exception) told.set(keyOf(attributes), time);
      return undefined;
    }),
  );
  listen<ErrorEvent>("error", (event) => {
    // Images and scripts that do not load are no errors of the app's code.
    if (!(event instanceof ErrorEvent)) return;
    report(describe(event.error ?? event.message), "uncaught");
  });
  listen<PromiseRejectionEvent>("unhandledrejection", ({ reason }) => report(describe(reason), "rejection"));
}

/** What is no error may hold anything of the customer's: only what it is like is said. */
function describe(error: unknown): Attributes {
  const isObject = typeof error === "object" && error && typeof (error as Error).message !== "string";
  if (error != null && !isObject) return describeError(error);
  const keys = Object.keys(Object(error)).slice(0, 10).join(", ");
  return describeError(`${Object.prototype.toString.call(error)} {${keys}}`);
}
