import type { EventMap } from "./core/voxloop.ts";
import type { NodeInitOptions } from "./node/options.ts";
import { startNodeClient } from "./node/start.ts";
import type { NodeVoxloop } from "./node/voxloop.ts";

export type { Attributes, Transport, TransportReply, TransportRequest, VoxEvent } from "./core/event.ts";
export type { Failure, Transaction, TransactionOptions } from "./core/transaction.ts";
export type { ErrorDetails, EventMap, Search, SurveyAnswer, Voxloop } from "./core/voxloop.ts";
export type { Customer, CustomerSource } from "./node/customer.ts";
export type { NodeInitOptions as InitOptions } from "./node/options.ts";
export type { NodeVoxloop } from "./node/voxloop.ts";

/** Starts the client of a server or a script. Never throws; with wrong options the client does nothing. */
export function init<Events extends object = EventMap>(options: NodeInitOptions): NodeVoxloop<Events> {
  return startNodeClient(options) as NodeVoxloop<Events>;
}
