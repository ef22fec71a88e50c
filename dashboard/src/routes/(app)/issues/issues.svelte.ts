import type { Issue, IssueState } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { Paged } from "#paged.svelte.ts";
import { session } from "#session.svelte.ts";

const BOARD_LIMIT = 200;
const LIST_LIMIT = 50;

export class IssuesPage {
  /** The board shows all at once; the list by the page. */
  readonly issues: Paged<Issue>;

  constructor(question: () => { isBoard: boolean; state: IssueState | "open" | undefined }) {
    this.issues = new Paged((cursor, signal) => {
      const { isBoard, state } = question();
      const query = isBoard ? { limit: BOARD_LIMIT, cursor } : { limit: LIST_LIMIT, state, cursor };
      return call(session.path("/issues"), { query, ...(signal && { signal }) });
    });
  }
}

/** Past its due date and still open. */
export function isOverdue({ dueAt, state }: Pick<Issue, "dueAt" | "state">, now: Date): boolean {
  return dueAt !== null && state !== "closed" && new Date(dueAt) < now;
}
