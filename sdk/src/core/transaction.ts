import { ATTR, EVENT, type Outcome } from "@voxloop/contract";
import { isSize, isText } from "./options.ts";
import { describeError } from "./describe-error.ts";
import type { Attributes } from "./event.ts";
import { guarded, type Guard } from "./guard.ts";
import { later } from "./later.ts";
import { traceparentOf } from "./otlp.ts";
import { createUuid } from "./uuid.ts";

export interface Failure {
  /** The business error code, e.g. `E1042`. With a flow it names the error group. */
  code?: string | undefined;
  /** What the customer was shown. */
  shown?: string | undefined;
  /** What was thrown, if anything. */
  error?: unknown;
  attributes?: Attributes | undefined;
}

export interface TransactionOptions {
  /** How long after its start a transaction without an end counts as abandoned. Default 30 minutes. */
  timeoutMs?: number | undefined;
}

/**
 * One attempt at a business flow. It ends once: after `succeed`, `fail` or `abandon` every call does nothing. Without an
 * end it is abandoned when the customer leaves the page for good, or when its time is over.
 */
export interface Transaction {
  readonly id: string;
  /** The W3C header that makes a request part of the transaction's trace. */
  readonly traceparent: string;
  step: (name: string, attributes?: Attributes) => void;
  succeed: (attributes?: Attributes) => void;
  fail: (failure?: Failure) => void;
  abandon: (attributes?: Attributes) => void;
}

/** Sends one event: the attributes it means, and those the app adds. */
export type Emit = (name: unknown, own: Attributes, ...added: unknown[]) => void;

/** A transaction that has not ended. */
export interface OpenTransaction {
  readonly traceparent: string;
  /** What an event that belongs to it says. */
  context: () => Attributes;
  /** It is abandoned: for good, or unless the page comes back in time. */
  leave: (isForGood: boolean) => void;
}

/** The same, of an event that is sent only if the page has not come back by `dueAt`, in unix milliseconds; 0 is at once. */
export type Park = (dueAt: number, ...event: Parameters<Emit>) => void;

export interface TransactionParts {
  emit: Emit;
  park: Park;
  guard: Guard;
  open: Set<OpenTransaction>;
}

export type TransactionStart = [flow: string, attributes?: Attributes, options?: TransactionOptions];

const TIMEOUT_MS = 30 * 60_000;
/** Beyond it a timer fires at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** Sends the start, and gives the handle whose calls send the rest. */
export function startTransaction(
  { emit, park, guard, open }: TransactionParts,
  ...[flow, attributes, options]: TransactionStart
): Transaction {
  const id = createUuid(Date.now());
  const traceparent = traceparentOf(id);
  const timeoutMs = guard(() => timeoutOf(options), TIMEOUT_MS);
  const dueAt = Date.now() + timeoutMs;
  const timer = later(() => self.leave(true), timeoutMs);
  let step: string | undefined;

  const context = (outcome?: Outcome): Attributes => contextOf({ id, flow, step, outcome });
  const self: OpenTransaction = {
    traceparent,
    context,
    leave(isForGood) {
      clearTimeout(isForGood ? timer : undefined);
      if (isForGood && !open.delete(self)) return;
      // By an id of its own: what one page says and another repeats is counted once.
      const own = { ...context("abandoned"), [ATTR.eventId]: id };
      park(isForGood ? 0 : dueAt, EVENT.transaction, own, attributes);
    },
  };
  function end(outcome: Outcome, own: Attributes, added?: unknown): void {
    clearTimeout(timer);
    if (open.delete(self)) emit(EVENT.transaction, { ...own, ...context(outcome) }, attributes, added);
  }
  // Without a name the event counts as invalid.
  if (isText(flow)) open.add(self);
  emit(isText(flow) && EVENT.transaction, context("started"), attributes);
  const calls: Omit<Transaction, "id" | "traceparent"> = {
    step(name, added) {
      if (!open.has(self)) return;
      step = name;
      emit(EVENT.step, context(), attributes, added);
    },
    succeed: (added) => end("succeeded", {}, added),
    fail: (failure) => end("failed", failureAttributes(failure), failure?.attributes),
    abandon: (added) => end("abandoned", {}, added),
  };
  return { id, traceparent, ...guarded(calls, guard) };
}

function contextOf({ id, flow, step, outcome }: Record<string, string | undefined>): Attributes {
  return {
    [ATTR.flow]: flow,
    [ATTR.transactionId]: id,
    [ATTR.step]: step,
    [ATTR.outcome]: outcome,
  };
}

function timeoutOf(options: TransactionOptions | undefined): number {
  const asked = options?.timeoutMs;
  return isSize(asked) ? Math.min(asked, TIMEOUT_MAX_MS) : TIMEOUT_MS;
}

/** The error attributes of a failed transaction or a captured error. */
export function failureAttributes(failure: Failure | undefined): Attributes {
  return {
    [ATTR.errorCode]: failure?.code,
    [ATTR.errorShown]: failure?.shown,
    ...describeError(failure?.error),
  };
}
