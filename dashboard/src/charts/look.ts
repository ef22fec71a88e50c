/** Colours and font of the theme in use, as charts need them: resolved. */
export interface Look {
  first: string;
  second: string;
  third: string;
  fourth: string;
  quiet: string;
  grid: string;
  text: string;
  faint: string;
  surface: string;
  border: string;
  good: string;
  danger: string;
  font: string;
}

const TOKENS: Record<Exclude<keyof Look, "font">, string> = {
  first: "--chart-1",
  second: "--chart-2",
  third: "--chart-3",
  fourth: "--chart-4",
  quiet: "--chart-quiet",
  grid: "--chart-grid",
  text: "--text",
  faint: "--text-faint",
  surface: "--surface-raised",
  border: "--border",
  good: "--good",
  danger: "--danger",
};

/** Reads the tokens where the chart stands; `light-dark()` resolves only in a real colour property. */
export function readLook(element: HTMLElement): Look {
  const probe = document.createElement("span");
  // A transition would make the first look at a colour be the one it comes from.
  probe.style.transition = "none";
  element.append(probe);
  const look: Record<string, string> = { font: getComputedStyle(element).fontFamily };
  for (const [name, token] of Object.entries(TOKENS)) {
    probe.style.color = `var(${token})`;
    look[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return look as unknown as Look;
}
