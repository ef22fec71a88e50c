import type { Ground } from "./ground.ts";
import { patch } from "./patch.ts";

/** Tells of each path that is shown, once; a change of the query alone is none. */
export function watchRoutes(ground: Ground): void {
  const { client, options, stops, listen, run } = ground;
  const look = (isAnew?: boolean): void => {
    const path = options.hashRoutes ? hashPath() : location.pathname;
    if (path === ground.path && !isAnew) return;
    ground.tell("route", path);
    ground.path = path;
    if (options.pageViews !== false) client.voxloop.page(path);
  };
  for (const name of ["pushState", "replaceState"])
    stops.push(
      patch(history, name, (go, args) => {
        const result = go(args);
        run(look);
        return result;
      }),
    );
  listen("popstate hashchange", () => look());
  listen("prerenderingchange", () => look(true));
  listen<PageTransitionEvent>("pageshow", ({ persisted }) => persisted && look(true));
  // What a browser loads ahead may never be seen.
  if (!(document as { prerendering?: boolean }).prerendering) look(true);
}

function hashPath(): string {
  const [, path] = /^#!?(\/[^?]*)/.exec(location.hash) ?? [];
  return path ?? location.pathname;
}
