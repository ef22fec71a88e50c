import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The caller's fault, answered as RFC 9457 problem+json; anything else thrown is answered 500 without detail. */
export class Problem extends Error {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  /** Further members of the answer, e.g. the current state on 409. */
  readonly members: Record<string, unknown>;

  constructor(
    status: ContentfulStatusCode,
    title: string,
    detail: { detail?: string } & Record<string, unknown> = {},
  ) {
    super(detail.detail ?? title);
    this.status = status;
    this.title = title;
    this.members = detail;
  }

  toJSON(): Record<string, unknown> {
    return { type: "about:blank", title: this.title, status: this.status, ...this.members };
  }
}
