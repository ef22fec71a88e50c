import type {
  AffectedCustomer,
  Issue,
  IssueChange,
  IssueTransition,
  TimelineEntry,
  Verification,
} from "@voxloop/analytics/shapes";
import { ApiError, call } from "#api.ts";
import { Paged } from "#paged.svelte.ts";
import { m } from "#paraglide/messages.js";
import { Resource } from "#resource.svelte.ts";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";
import { STATE_LABELS } from "#ui/labels.ts";

export type Write =
  | { kind: "change"; fields: Omit<IssueChange, "version"> }
  | { kind: "move"; fields: Omit<IssueTransition, "version"> };

/** Somebody else wrote first: how the issue stands, and the write that was refused. */
export interface Conflict {
  current: Issue;
  refused: Write;
  canReapply: boolean;
}

export class IssuePage {
  readonly issue: Resource<Issue>;
  readonly timeline: Paged<TimelineEntry>;
  readonly customers: Paged<AffectedCustomer>;
  /** Null when verification has not begun. */
  readonly verification: Resource<Verification | null>;
  conflict = $state.raw<Conflict | undefined>();
  isWriting = $state(false);
  readonly #id: () => string;

  constructor(id: () => string) {
    this.#id = id;
    this.issue = new Resource((signal) => call(this.#path(), { signal }));
    this.timeline = new Paged((cursor, signal) =>
      call(this.#path("/timeline"), { query: { cursor }, ...(signal && { signal }) }),
    );
    this.customers = new Paged((cursor, signal) =>
      call(this.#path("/customers"), { query: { cursor, limit: 20 }, ...(signal && { signal }) }),
    );
    this.verification = new Resource((signal) => this.#readVerification(signal));
  }

  load = async (): Promise<void> => {
    await Promise.all([this.refresh(), this.customers.load()]);
  };

  refresh = async (): Promise<void> => {
    await Promise.all([this.issue.load(), this.timeline.load(), this.verification.load()]);
  };

  /** True when it was written; on a conflict, `conflict` says what stands there now. */
  write = async (write: Write, version = this.issue.data?.version): Promise<boolean> => {
    if (version === undefined) return false;
    this.isWriting = true;
    try {
      this.issue.data = await this.#send(write, version);
      this.conflict = undefined;
      toasts.good(
        write.kind === "move" ? m.issue_moved({ state: STATE_LABELS[write.fields.to]() }) : m.issue_changed(),
      );
      await Promise.all([this.timeline.load(), this.verification.load()]);
      return true;
    } catch (cause) {
      const current = currentOf(cause);
      if (current === undefined) toasts.bad(sayError(cause));
      else this.#meet(current, write);
      return false;
    } finally {
      this.isWriting = false;
    }
  };

  /** Writes what was refused again, on top of what stands there now. */
  reapply = async (): Promise<void> => {
    const { conflict } = this;
    if (conflict) await this.write(conflict.refused, conflict.current.version);
  };

  comment = async (text: string): Promise<boolean> => {
    try {
      await call(this.#path("/comments"), { method: "POST", body: { text } });
      await this.timeline.load();
      return true;
    } catch (cause) {
      toasts.bad(sayError(cause));
      return false;
    }
  };

  #meet(current: Issue, refused: Write): void {
    this.issue.data = current;
    const canReapply = refused.kind === "change" || current.legalTransitions.includes(refused.fields.to);
    this.conflict = { current, refused, canReapply };
    void this.timeline.load();
  }

  #send(write: Write, version: number): Promise<Issue> {
    const body = { ...write.fields, version };
    return write.kind === "change"
      ? call<Issue>(this.#path(), { method: "PATCH", body })
      : call<Issue>(this.#path("/transitions"), { method: "POST", body });
  }

  async #readVerification(signal: AbortSignal): Promise<Verification | null> {
    try {
      return await call<Verification>(this.#path("/verification"), { signal });
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 404) return null;
      throw cause;
    }
  }

  #path(rest = ""): string {
    return session.path(`/issues/${encodeURIComponent(this.#id())}${rest}`);
  }
}

function currentOf(cause: unknown): Issue | undefined {
  if (!(cause instanceof ApiError) || cause.status !== 409) return undefined;
  return cause.problem["current"] as Issue | undefined;
}
