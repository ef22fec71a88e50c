import type { Feature } from "../../core/feature.ts";
import { keepBreadcrumbs } from "./breadcrumbs.ts";
import { watchClicks, watchRageClicks } from "./clicks.ts";
import { watchDeadClicks } from "./dead-clicks.ts";
import { watchErrors } from "./errors.ts";
import { watchForms } from "./forms.ts";
import { createGround, type Ground } from "./ground.ts";
import { watchLongTasks } from "./long-tasks.ts";
import type { AutocaptureOptions } from "./options.ts";
import { watchRequests } from "./requests.ts";
import { watchRoutes } from "./routes.ts";
import { addTemplates } from "./url-template.ts";
import { watchWebVitals } from "./web-vitals.ts";

export type { AutocaptureOptions } from "./options.ts";

/** By the option that turns it off; pages last, as the others hear of the first. */
const PARTS: Record<string, (ground: Ground) => void> = {
  templates: addTemplates,
  errors: watchErrors,
  breadcrumbs: keepBreadcrumbs,
  requests: watchRequests,
  rageClicks: watchRageClicks,
  deadClicks: watchDeadClicks,
  forms: watchForms,
  longTasks: watchLongTasks,
  clicks: watchClicks,
  routes: watchRoutes,
  webVitals: watchWebVitals,
};

/** What a page tells of itself: views, errors, failed requests, speed, and where customers get stuck. Never texts or values. */
export function autocapture(options: AutocaptureOptions = {}): Feature {
  return {
    name: "autocapture",
    start(client) {
      // A page that is rendered on a server is nobody's yet.
      if (typeof document === "undefined") return () => undefined;
      const ground = createGround(client, Object(options) as AutocaptureOptions);
      for (const [name, start] of Object.entries(PARTS))
        if ((ground.options as Record<string, unknown>)[name] !== false)
          client.guard(() => start(ground), undefined);
      return () => ground.stops.forEach((stop) => client.guard(stop, undefined));
    },
  };
}
