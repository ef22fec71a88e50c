import type { App, ComponentPublicInstance } from "vue";
import type { Router } from "vue-router";
import { report, viewPage, type Reporter } from "./report.ts";

export type { Reporter } from "./report.ts";

/**
 * `app.use(voxloopPlugin(voxloop))`: reports what no component of the app's catches. Then the app's own `errorHandler`
 * has it, if it was set before, or Vue logs it as it does without one.
 */
export function voxloopPlugin(voxloop: Reporter): { install: (app: App) => void } {
  return {
    install({ config }) {
      const { errorHandler: next } = config;
      config.errorHandler = (error, instance, info) => {
        report(voxloop, error, { framework: "vue", components: () => componentsOf(instance) });
        // What a handler throws is logged by Vue, with its warning in development.
        if (!next) throw error;
        next(error, instance, info);
      };
    },
  };
}

/**
 * Sends a page view for each path that is shown, with the route's template, e.g. `/accounts/:id`. A change of the query
 * alone is none, nor is a navigation that was stopped. With auto-capture, turn off its own:
 * `autocapture({ pageViews: false })`. Gives how to stop.
 */
export function watchRouter(voxloop: Reporter, router: Pick<Router, "afterEach">): () => void {
  return router.afterEach((to, from, failure) => {
    const isFirst = !from.matched.length;
    if (failure || (to.path === from.path && !isFirst)) return;
    const route = to.matched[to.matched.length - 1]?.path;
    // Without the patterns that parameters have to match.
    viewPage(voxloop, to.path, route?.replace(/(:\w+)\((?:\\.|[^)])*\)/g, "$1"));
  });
}

function componentsOf(instance: ComponentPublicInstance | null): string[] {
  const names: string[] = [];
  for (let at = instance; at; at = at.$parent) {
    // Of a file's component Vue's compiler says the name with underscores.
    const { name, __name } = at.$options as { name?: string; __name?: string };
    names.push(name ?? __name ?? "");
  }
  return names;
}
