export interface Breadcrumb {
  /** Milliseconds before the error. */
  ago: number;
  /** `click`, `request`, or the name of an event. */
  type: string;
  name: string;
}

/** What the SDK noted before an error, oldest first; empty when the text is none of its. */
export function readBreadcrumbs(text: string | undefined): Breadcrumb[] {
  if (text === undefined) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isBreadcrumb) : [];
  } catch {
    return [];
  }
}

function isBreadcrumb(crumb: unknown): crumb is Breadcrumb {
  if (typeof crumb !== "object" || crumb === null) return false;
  const { ago, type, name } = crumb as Record<string, unknown>;
  return typeof ago === "number" && typeof type === "string" && typeof name === "string";
}
