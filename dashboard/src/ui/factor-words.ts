import type { DropFactor } from "@voxloop/analytics/shapes";
import { m } from "#paraglide/messages.js";

const KINDS: Record<DropFactor["kind"], () => string> & Partial<Record<string, () => string>> = {
  error: m.explain_error,
  request: m.explain_request,
  slow: m.explain_slow,
  rage_click: m.explain_rage_click,
  dead_click: m.explain_dead_click,
  form: m.explain_form,
  search: m.explain_search,
  guidance: m.explain_guidance,
  release: m.explain_release,
  segment: m.explain_segment,
};

/** An issue keeps what was known when it was opened: a kind may have no word any more. */
export const factorKind = (kind: string): string => KINDS[kind]?.() ?? kind;

/** What a factor is called, in the reader's words where it has no name of its own. */
export function factorTitle({ kind, title }: { kind: string; title: string }): string {
  if (kind === "search") return m.explain_search_title();
  const [vital = "", ...page] = title.split(" ");
  if (kind === "slow") return m.explain_slow_title({ vital, page: page.join(" ") });
  return title;
}

/** Whether the title is somebody's name for something, which no browser is to translate. */
export const isName = ({ kind }: { kind: string }): boolean => kind !== "search" && kind !== "slow";

/** What to keep in mind of a kind of factor. */
export function factorHint(kind: DropFactor["kind"]): string | undefined {
  if (kind === "form") return m.explain_form_hint();
  return kind === "guidance" ? m.explain_guidance_hint() : undefined;
}
