import type { Ground } from "./ground.ts";
import { patch } from "./patch.ts";
import type { Begin } from "./request.ts";

export function watchXhr({ run, stops }: Ground, begin: Begin): void {
  const opened = new WeakMap<object, unknown[]>();
  const before = (name: string, work: (xhr: XMLHttpRequest, args: unknown[]) => void): void => {
    const call = (go: (args: unknown[]) => unknown, args: unknown[], xhr: object): unknown => {
      run(() => work(xhr as XMLHttpRequest, args));
      return go(args);
    };
    stops.push(patch(XMLHttpRequest.prototype, name, call));
  };

  before("open", (xhr, args) => opened.set(xhr, args));
  before("abort", (xhr) => opened.delete(xhr));
  before("send", (xhr) => {
    const known = opened.get(xhr);
    const request = known && begin(known[0], known[1]);
    if (!request) return;
    const onEnd = (): void => {
      // Aborted, or opened anew before it has ended: nothing is said of it.
      if (opened.get(xhr) === known) request.end(xhr.status, xhr.status ? undefined : "network");
    };
    xhr.addEventListener("loadend", onEnd, { once: true });
    if (request.traceparent) xhr.setRequestHeader("traceparent", request.traceparent);
  });
}
