/** Each signal is on unless it is `false`. */
export interface AutocaptureOptions {
  /** A page view at the start, at each change of the path, and when the page comes back from the browser's cache. */
  pageViews?: boolean | undefined;
  /** The route is in the fragment, as in `/#/accounts`. Default false. */
  hashRoutes?: boolean | undefined;
  /** Errors and rejected promises that nobody caught. */
  errors?: boolean | undefined;
  /** `fetch` and `XMLHttpRequest` that fail, and the trace of the open transaction for `tracePropagationTargets`. */
  requests?: boolean | undefined;
  /** Which status is a failure. Default: 400 and above. */
  isFailedStatus?: ((status: number, path: string) => boolean) | undefined;
  /** Requests to addresses that contain one of the texts, or match, are left alone. */
  ignoreUrls?: readonly (string | RegExp)[] | undefined;
  /** LCP, INP, CLS, FCP and TTFB. */
  webVitals?: boolean | undefined;
  rageClicks?: boolean | undefined;
  deadClicks?: boolean | undefined;
  /** Forms that were filled in part, and left. */
  forms?: boolean | undefined;
  longTasks?: boolean | undefined;
  /** What happened before an error. */
  breadcrumbs?: boolean | undefined;
  /** Default 20, at most 100. */
  maxBreadcrumbs?: number | undefined;
  /**
   * What stands for a path without its ids, e.g. `/accounts/{id}`; for pages and for requests. Default: parts of a path
   * that are numbers, or look like ids, become `{id}`.
   */
  urlTemplate?: ((path: string) => string | undefined) | undefined;
}
