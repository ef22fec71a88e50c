import { createClient, type ClientParts } from "./core/client.ts";
import type { Place, Who } from "./core/emitter.ts";
import type { Attributes } from "./core/event.ts";
import type { InitOptions } from "./core/options.ts";
import { createGuard } from "./core/guard.ts";
import { startClient } from "./core/start.ts";
import type { Voxloop } from "./core/voxloop.ts";
import { createNodeSink } from "./platform/node-sink.ts";

export type { Attributes, Transport, TransportReply, TransportRequest, VoxEvent } from "./core/event.ts";
export type { InitOptions } from "./core/options.ts";
export type { Failure, Transaction } from "./core/transaction.ts";
export type { ErrorDetails, Search, SurveyAnswer, Voxloop } from "./core/voxloop.ts";

/** Whom an event on a server is about. */
export interface Customer {
  userId?: string | undefined;
  installationId?: string | undefined;
  sessionId?: string | undefined;
}

export interface NodeVoxloop extends Voxloop {
  /**
   * A client for one customer, with its own screen and, if given, attributes for all its events. It shares the queue:
   * create one for each request. Its `shutdown` only flushes.
   */
  withCustomer: (customer: string | Customer, attributes?: Attributes) => NodeVoxloop;
}

/** Servers send more at once than pages. */
const DEFAULTS = { maxBatchSize: 500, maxQueueSize: 10_000 };

/** Starts the client of a server or a script. Never throws; with wrong options the client does nothing. */
export function init(options: InitOptions): NodeVoxloop {
  const { voxloop, parts } = startClient(
    options,
    (door) => ({ sink: createNodeSink(door), place: createNodePlace(undefined) }),
    DEFAULTS,
  );
  return withCustomers(voxloop, parts);
}

function withCustomers(voxloop: Voxloop, parts: ClientParts): NodeVoxloop {
  const guard = createGuard((cause) =>
    parts.warn("withCustomer gave a client that knows no customer", cause),
  );
  return {
    ...voxloop,
    withCustomer(customer, attributes) {
      const scoped = guard(() => scopedTo(parts, customer, attributes), parts);
      return withCustomers(createClient(scoped).voxloop, scoped);
    },
  };
}

function scopedTo(parts: ClientParts, customer: string | Customer, attributes?: Attributes): ClientParts {
  const { settings, sink } = parts;
  return {
    ...parts,
    settings: { ...settings, attributes: { ...settings.attributes, ...attributes } },
    place: createNodePlace(customer),
    sink: { ...sink, close: () => sink.flush() },
  };
}

function createNodePlace(customer: unknown): Place {
  let who: Who =
    typeof customer === "string" ? { userId: customer } : { ...(customer as Customer | undefined) };
  return {
    who: () => who,
    path: () => undefined,
    remember(userId) {
      if (who.userId === userId) return false;
      who = { ...who, userId };
      return true;
    },
    forget() {
      who = {};
    },
  };
}
