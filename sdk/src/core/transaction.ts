import { ATTR, EVENT, type Outcome } from "@voxloop/contract";
import { isText } from "./options.ts";
import { describeError } from "./describe-error.ts";
import type { Attributes } from "./event.ts";

export interface Failure {
  /** The business error code, e.g. `E1042`. With a flow it names the error group. */
  code?: string | undefined;
  /** What the customer was shown. */
  shown?: string | undefined;
  /** What was thrown, if anything. */
  error?: unknown;
  attributes?: Attributes | undefined;
}

/** One attempt at a business flow. It ends once: after `succeed`, `fail` or `abandon` every call does nothing. */
export interface Transaction {
  readonly id: string;
  step: (name: string, attributes?: Attributes) => void;
  succeed: (attributes?: Attributes) => void;
  fail: (failure?: Failure) => void;
  abandon: (attributes?: Attributes) => void;
}

/** Sends one event: the attributes it means, and those the app adds. */
export type Emit = (name: unknown, own: Attributes, added?: unknown) => void;

export interface TransactionStart {
  id: string;
  flow: unknown;
  attributes: unknown;
}

/** Sends the start, and gives the handle whose calls send the rest. */
export function startTransaction(emit: Emit, { id, flow, attributes }: TransactionStart): Transaction {
  const isNamed = isText(flow);
  let step: string | undefined;
  let hasEnded = false;

  function send(name: string, own: Attributes, added?: unknown): void {
    const identity = { [ATTR.flow]: isNamed ? flow : undefined, [ATTR.transactionId]: id, [ATTR.step]: step };
    // Without a name the emitter counts the event as invalid.
    emit(isNamed ? name : undefined, { ...identity, ...own }, { ...Object(attributes), ...Object(added) });
  }

  function end(outcome: Outcome, own: Attributes, added?: unknown): void {
    if (hasEnded) return;
    hasEnded = true;
    send(EVENT.transaction, { ...own, [ATTR.outcome]: outcome }, added);
  }

  send(EVENT.transaction, { [ATTR.outcome]: "started" });
  return {
    id,
    step(name, added) {
      if (hasEnded) return;
      step = name;
      send(EVENT.step, {}, added);
    },
    succeed: (added) => end("succeeded", {}, added),
    fail: (failure) => end("failed", failureAttributes(failure), failure?.attributes),
    abandon: (added) => end("abandoned", {}, added),
  };
}

/** The error attributes of a failed transaction or a captured error. */
export function failureAttributes(failure: Failure | undefined): Attributes {
  return {
    [ATTR.errorCode]: failure?.code,
    [ATTR.errorShown]: failure?.shown,
    ...describeError(failure?.error),
  };
}
