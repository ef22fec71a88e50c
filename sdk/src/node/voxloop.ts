import type { Attributes } from "../core/event.ts";
import type { EventMap, Voxloop } from "../core/voxloop.ts";
import type { CustomerSource } from "./customer.ts";

export interface NodeVoxloop<Events extends object = EventMap> extends Voxloop<Events> {
  /**
   * Runs the work of one customer: until it is done, over every `await` and callback, all calls on this client are about
   * them, with a screen and open transactions of their own. Gives what the work gives, and lets through what it throws.
   * In place of a customer it takes a client that `withCustomer` gave.
   */
  run: <Result>(
    customer: CustomerSource | NodeVoxloop<Events>,
    work: () => Result,
    attributes?: Attributes,
  ) => Result;
  /**
   * A client for one customer, wherever it is called, with its own screen and, if given, attributes for all its events.
   * It shares the queue. Its `shutdown` only flushes.
   */
  withCustomer: (customer: CustomerSource, attributes?: Attributes) => NodeVoxloop<Events>;
}
