import type { ErrorDetail, Issue } from "@voxloop/analytics/shapes";
import { goto } from "$app/navigation";
import { call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";

export class ErrorDetailPage {
  isOpening = $state(false);
  readonly detail: Resource<ErrorDetail>;
  readonly #fingerprint: () => string;

  constructor(fingerprint: () => string, asked: () => { range: RangeKey; segment: string | undefined }) {
    this.#fingerprint = fingerprint;
    this.detail = new Resource((signal) => {
      const path = session.path(`/errors/${encodeURIComponent(fingerprint())}`);
      const { range, segment } = asked();
      return call(path, { query: { ...timesOf(range, new Date()), segment }, signal });
    });
  }

  /** Opens the issue of this error and goes there. */
  openIssue = async (): Promise<void> => {
    this.isOpening = true;
    try {
      const body = { fingerprint: this.#fingerprint() };
      const issue = await call<Issue>(session.path("/issues"), { method: "POST", body });
      toasts.good(m.issue_opened());
      await goto(`/issues/${issue.id}`);
    } catch (cause) {
      toasts.bad(sayError(cause));
    } finally {
      this.isOpening = false;
    }
  };
}
