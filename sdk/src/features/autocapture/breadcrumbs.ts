import { ATTR, EVENT } from "@voxloop/contract";
import { isErrorEvent } from "../../core/otlp.ts";
import { nameOf } from "./element.ts";
import type { Ground } from "./ground.ts";

const CRUMBS = 20;
const CRUMBS_MAX = 100;
const NAME_LENGTH = 100;
/** Half of what the collector takes: redaction may lengthen it. */
const TEXT_LENGTH = 4_096;

/** Events that say nothing of what the customer did, or are there as a request already. */
const OTHERS = /^(browser|vox\.(long|events|request))/;

/** Keeps the last clicks, requests and events, by name, and gives them to each error. */
export function keepBreadcrumbs({ client, options, on, stops }: Ground): void {
  const max = Math.min(options.maxBreadcrumbs ?? CRUMBS, CRUMBS_MAX);
  let crumbs: { at: number; type: string; name: string }[] = [];
  const add = (type: string, name: string): void => {
    crumbs.push({ at: client.now(), type, name: name.slice(0, NAME_LENGTH) });
    if (crumbs.length > max) crumbs.shift();
  };

  on("click", ({ element }) => add("click", nameOf(element)));
  on("response", (text) => add("request", text));
  stops.push(
    client.onEvent(({ name, attributes }) => {
      // With a new session somebody else may have come.
      if (name === EVENT.sessionStart) crumbs = [];
      else if (!OTHERS.test(name))
        add(
          name,
          [ATTR.exceptionType, ATTR.flow, ATTR.step, ATTR.outcome, ATTR.screenName, ATTR.urlTemplate]
            .flatMap((key) => attributes[key] ?? [])
            .join(" "),
        );
    }),
    client.onDraft((draft) => {
      if (!isErrorEvent(draft) || !crumbs.length) return undefined;
      let told = crumbs.map(({ at, ...crumb }) => ({ ago: draft.time - at, ...crumb }));
      let text: string;
      while ((text = JSON.stringify(told)).length > TEXT_LENGTH) told = told.slice(1);
      return { [ATTR.breadcrumbs]: text };
    }),
  );
}
