import type { ErrorDetails } from "../core/voxloop.ts";
import { report, viewPage, type Reporter } from "./report.ts";

export type { Reporter } from "./report.ts";

/** `<svelte:boundary onerror={voxloopBoundary(voxloop)}>`: reports what the boundary catches, and leaves to it what is shown. */
export function voxloopBoundary(voxloop: Reporter, details?: ErrorDetails): (error: unknown) => void {
  return (error) => report(voxloop, error, { framework: "svelte", details });
}

/** What is used here of what SvelteKit gives to `handleError`. */
export interface KitError {
  error: unknown;
  status: number;
  event: { route: { id: string | null } };
}

/**
 * `export const handleError = voxloopHandleError(voxloop)` in `hooks.client.ts`: reports unexpected errors, not pages that
 * do not exist. What the app's own handler answers is shown; without one SvelteKit's own message, and the error is logged.
 */
export function voxloopHandleError<Input extends KitError, Answer = undefined>(
  voxloop: Reporter,
  next: (input: Input) => Answer | undefined = logError,
): (input: Input) => Answer | undefined {
  return (input) => {
    const { error, status, event } = input;
    if (status !== 404) report(voxloop, error, { framework: "sveltekit", template: templateOf(event.route) });
    return next(input);
  };
}

/** What is used here of what SvelteKit gives to `afterNavigate`. */
export interface KitNavigation {
  from: { url: URL } | null;
  to: { url: URL; route: { id: string | null } } | null;
}

/**
 * `afterNavigate(voxloopAfterNavigate(voxloop))` in the root layout: sends a page view for each path that is shown, with
 * the route's id without groups, e.g. `/accounts/[id]`. A change of the query alone is none. With auto-capture, turn off
 * its own: `autocapture({ pageViews: false })`.
 */
export function voxloopAfterNavigate(voxloop: Reporter): (navigation: KitNavigation) => void {
  return ({ from, to }) => {
    if (!to || to.url.pathname === from?.url.pathname) return;
    viewPage(voxloop, to.url.pathname, templateOf(to.route));
  };
}

function templateOf({ id }: { id: string | null }): string | undefined {
  return id === null ? undefined : id.replace(/\/\([^/]*\)(?=\/|$)/g, "") || "/";
}

/** As SvelteKit does where an app has no handler of its own. */
function logError({ error }: KitError): undefined {
  // oxlint-disable-next-line no-console -- the framework's own behaviour, which a handler takes the place of
  console.error(error);
}
