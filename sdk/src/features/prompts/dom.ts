type Child = Node | string | false | undefined;

/** An element with attributes and children; text stays text, so that no policy on trusted types is asked. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | false | undefined>,
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === "string") element.setAttribute(name, value);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of 24 by 24 in the colour of the text. */
export function drawIcon(path: string): SVGElement {
  const icon = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  icon.append(line);
  return icon;
}
