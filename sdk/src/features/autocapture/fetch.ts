import { patch } from "./patch.ts";
import type { Ground } from "./ground.ts";
import type { Begin, End } from "./request.ts";

type Init = RequestInit | undefined;

export function watchFetch({ client, stops }: Ground, begin: Begin): void {
  const { guard } = client;
  const fetchCall = (go: (args: unknown[]) => unknown, args: unknown[]): unknown => {
    const [input, init] = args as [Request, Init];
    const request = guard(() => begin(init?.method ?? input.method, input.url ?? input), undefined);
    if (!request) return go(args);
    const traced = guard(() => withTrace(args, request.traceparent), args);
    return observe(go(traced), request.end, () => init?.signal ?? input.signal);
  };
  stops.push(patch(window, "fetch", fetchCall));
}

/** The same arguments with the header, where that changes nothing else. */
function withTrace(args: unknown[], traceparent: string | undefined): unknown[] {
  const [input, init] = args as [Request, Init];
  // A request in the place of the options, or an app's class, cannot be copied.
  if (!traceparent || (init && Object.getPrototypeOf(init) !== Object.prototype)) return args;
  const headers = new Headers(init?.headers ?? input.headers);
  if (!headers.has("traceparent")) headers.set("traceparent", traceparent);
  return [input, { ...init, headers }];
}

/** The app gets the same response, or the same error: a promise that nobody handles stays one that nobody handles. */
function observe(promise: unknown, end: End, signalOf: () => AbortSignal | null | undefined): unknown {
  if (!(promise instanceof Promise)) return promise;
  const onResponse = (response: Response): Response => {
    end(Object(response).status);
    return response;
  };
  const onError = (error: Error | undefined): void => {
    const isTimeout = error?.name === "TimeoutError";
    const isAborted = error?.name === "AbortError" || (signalOf()?.aborted && !isTimeout);
    if (!isAborted) end(0, isTimeout ? "timeout" : "network");
  };
  if (Object.keys(promise).length) {
    // Somebody's own kind of promise, e.g. with a method that cancels it: the app must get no other.
    promise.then(onResponse, onError);
    return promise;
  }
  return promise.then(onResponse, (error) => {
    onError(error);
    throw error;
  });
}
