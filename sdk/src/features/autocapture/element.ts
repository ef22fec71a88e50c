import type { Attributes } from "../../core/event.ts";

const DEPTH_MAX = 5;

/** What looks as if it would do something. */
export const ACTIVE =
  "a,button,input,summary,[onclick],[role=button],[role=link],[role=tab],[role^=menuitem]";
/** Where a click sets the caret or a value, plays or draws. */
export const FIELD =
  "input:not([type=button]):not([type=submit]):not([type=image]),select,textarea,label,[contenteditable],video,audio,canvas";

const nameGiven = (element: Element): string => element.getAttribute("data-vox-name") ?? "";

/**
 * What an element is called: its `data-vox-name`, else where it is, by tags, roles, types and ids. Never its text or its
 * `aria-label`, which may speak of the customer; nor an id with a digit, which may be data, such as a key of a PIN pad.
 */
export function nameOf(element: Element): string {
  const parts: string[] = [];
  let at: Element | null = element;
  while (at && parts.length < DEPTH_MAX) {
    const given = nameGiven(at);
    const id = /^\D+$/.test(at.id) ? `#${at.id}` : "";
    const kind = at.getAttribute("role") ?? at.getAttribute("type");
    parts.unshift(given || at.localName + id + (kind ? `[${kind}]` : ""));
    if (given || id) break;
    at = at.parentElement;
  }
  return parts.join(" > ");
}

/** What a form or a field is called: what the app says, its `name`, or where it is. */
export const fieldName = (element: Element): string =>
  nameGiven(element) || element.getAttribute("name") || nameOf(element);

/** True inside an element with `data-vox-ignore`: of everything, or of the signals that it names. */
export const isIgnored = (path: readonly Element[], signal?: string): boolean =>
  path.some((element) => {
    const ignored = element.getAttribute("data-vox-ignore");
    return ignored === "" || (signal && ignored?.split(" ").includes(signal));
  });

/** What `data-vox-*` says of an element and what it is in; the innermost wins. `data-vox-product` is `product`. */
export function attributesOf(path: readonly Element[]): Attributes {
  const attributes: Record<string, string> = {};
  for (const element of path)
    for (const { name, value } of element.attributes) {
      const [, key] = /^data-vox-(?!name$|ignore$)(.+)/.exec(name) ?? [];
      if (key) attributes[key] ??= value;
    }
  return attributes;
}

export function pathOf(event: Event): Element[] {
  return event.composedPath().filter((target) => target instanceof Element);
}
