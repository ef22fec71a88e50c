import type { Stop } from "../core/feature.ts";

type Method = (this: PageInstance, ...args: unknown[]) => unknown;
type Options = Record<string, unknown>;
type Constructor = (options: Options) => unknown;

interface PageInstance {
  route?: string;
}

/** WeChat's own, which every file of a mini-program sees. */
type Globals = Partial<Record<"Page" | "Component", Constructor>>;

/**
 * Tells of each page that is shown, whether it is made by `Page` or, as frameworks do, by `Component`. Pages that were
 * registered before are not seen, so `init` belongs at the top of `app.js`.
 */
export function watchPages(onShow: (route: string) => void): Stop {
  let isOn = true;
  const tell = (page: PageInstance): void => {
    if (isOn && typeof page?.route === "string") onShow(page.route);
  };
  const restore = [
    replace("Page", (options) => ({ ...options, onShow: after(tell, options["onShow"]) })),
    replace("Component", (options) => {
      const methods = Object(options["methods"]) as Options;
      return { ...options, methods: { ...methods, onShow: after(tell, methods["onShow"]) } };
    }),
  ];
  return () => {
    isOn = false;
    for (const put of restore) put();
  };
}

function after(tell: (page: PageInstance) => void, own: unknown): Method {
  return function onShow(...args) {
    tell(this);
    return typeof own === "function" ? (own as Method).apply(this, args) : undefined;
  };
}

/** What the app passes that is no options goes on as it is, for WeChat to complain about. */
function replace(name: "Page" | "Component", extend: (options: Options) => Options): Stop {
  const globals = globalThis as unknown as Globals;
  const original = globals[name];
  if (typeof original !== "function") return () => undefined;
  const replacement: Constructor = (options) =>
    original(typeof options === "object" && options !== null ? extend(options) : options);
  globals[name] = replacement;
  return () => {
    if (globals[name] === replacement) globals[name] = original;
  };
}
