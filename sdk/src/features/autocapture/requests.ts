import { ATTR, EVENT } from "@voxloop/contract";
import type { Ground } from "./ground.ts";
import { watchFetch } from "./fetch.ts";
import type { Begin } from "./request.ts";
import { templateOf } from "./url-template.ts";
import { watchXhr } from "./xhr.ts";

export function watchRequests(ground: Ground): void {
  const { client, options, run } = ground;
  const { href: own } = new URL(`${client.settings.endpoint}/v1/`, location.href);
  const isWatched = ({ href, protocol }: URL): boolean =>
    protocol.startsWith("http") &&
    !["logs", "config"].some((name) => href.startsWith(own + name)) &&
    !options.ignoreUrls?.some((known) =>
      known instanceof RegExp ? href.search(known) >= 0 : href.includes(known),
    );
  const begin: Begin = (method, address) => {
    const url = new URL(String(address), document.baseURI);
    if (!isWatched(url)) return undefined;
    const verb = (typeof method === "string" ? method : "GET").toUpperCase();
    const from = performance.now();
    ground.tell("request", verb);
    return {
      traceparent: client.voxloop.traceHeaders(url)?.traceparent,
      end: (status, reason) => run(() => endRequest(ground, { url, verb, from, status, reason })),
    };
  };
  watchFetch(ground, begin);
  watchXhr(ground, begin);
}

interface Ended {
  url: URL;
  verb: string;
  from: number;
  status: number;
  reason: string | undefined;
}

function endRequest(ground: Ground, { url, verb, from, status, reason }: Ended): void {
  const { isFailedStatus = (code: number) => code >= 400 } = ground.options;
  const template = templateOf(ground, url.pathname);
  ground.tell("response", `${verb} ${template} ${reason ?? status}`);
  if (!reason && !isFailedStatus(status, url.pathname)) return;
  ground.client.emit(EVENT.requestFailed, {
    [ATTR.errorType]: reason ?? String(status),
    // The same for all requests to one route, which is what errors are grouped by.
    [ATTR.exceptionMessage]: `${verb} ${template}`,
    [ATTR.httpMethod]: verb,
    [ATTR.httpStatus]: status || undefined,
    [ATTR.urlTemplate]: template,
    [ATTR.serverAddress]: url.host === location.host ? undefined : url.hostname,
    [ATTR.durationMs]: Math.round(performance.now() - from),
  });
}
