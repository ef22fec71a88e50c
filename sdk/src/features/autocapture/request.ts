/** How a request ends: with a status, or 0 and a reason. */
export type End = (status: number, reason?: string) => void;

/** A request begins; undefined for those that are not watched. */
export type Begin = (
  method: unknown,
  url: unknown,
) => { end: End; traceparent: string | undefined } | undefined;
