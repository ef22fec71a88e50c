import { ATTR, EVENT } from "@voxloop/contract";
import type { Ground } from "./ground.ts";

/** A number; and with a digit in it what is hexadecimal or a date, or long. */
const ID = /^(\d+|(?=\D*\d)([\da-f-]{8,}|[\w-]{20,}))$/i;

const replaceId = (part: string): string => (ID.test(part) ? "{id}" : part);

/** A path without its ids. */
export function templateOf({ options }: Ground, path: string): string {
  return options.urlTemplate?.(path) ?? path.split("/").map(replaceId).join("/");
}

/** Gives each event its page's template: what a page view said of its path, or else ours. */
export function addTemplates(ground: Ground): void {
  let known: unknown;
  let template: unknown;
  ground.stops.push(
    ground.client.onDraft(({ name, attributes }) => {
      const path = attributes[ATTR.urlPath];
      const given = attributes[ATTR.urlTemplate];
      if (given && name === EVENT.pageViewed) [known, template] = [path, given];
      if (given || typeof path !== "string") return undefined;
      const found = path === known ? String(template) : templateOf(ground, path);
      return found === path ? undefined : { [ATTR.urlTemplate]: found };
    }),
  );
}
