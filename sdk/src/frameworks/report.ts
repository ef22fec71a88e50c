import { ATTR } from "@voxloop/contract";
import type { ErrorDetails, Voxloop } from "../core/voxloop.ts";

/** What the frameworks need of a client, whatever its own events are. */
export type Reporter = Pick<Voxloop, "captureError" | "page">;

interface Origin {
  framework: string;
  /** The components around the error, innermost first. */
  components?: () => readonly string[];
  template?: string | undefined;
  details?: ErrorDetails | undefined;
}

const COMPONENTS_MAX = 20;

/** Reports what a framework has caught. If the window hears of it after that, auto-capture counts it as a repetition. */
export function report(voxloop: Reporter, error: unknown, origin: Origin): void {
  safely(() => {
    const names = safely(() => origin.components?.().filter(Boolean).slice(0, COMPONENTS_MAX).join(" < "));
    const attributes = {
      [ATTR.errorOrigin]: origin.framework,
      [ATTR.errorComponents]: names || undefined,
      [ATTR.urlTemplate]: origin.template,
      ...origin.details?.attributes,
    };
    voxloop.captureError(error, { ...origin.details, attributes });
  });
}

/** A page view with its route's template; nothing where a page is rendered on a server. */
export function viewPage(voxloop: Reporter, path: string, template: string | undefined): void {
  if (typeof document === "undefined") return;
  safely(() => voxloop.page(path, { [ATTR.urlTemplate]: template }));
}

/** An app's objects may throw when they are looked at: that must not become another error of the app's. */
function safely<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
