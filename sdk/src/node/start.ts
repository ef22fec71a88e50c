import { AsyncLocalStorage } from "node:async_hooks";
import { ATTR } from "@voxloop/contract";
import { createClient, type ClientParts } from "../core/client.ts";
import type { Attributes } from "../core/event.ts";
import { createGuard } from "../core/guard.ts";
import type { InitOptions, Settings } from "../core/options.ts";
import { startClient } from "../core/start.ts";
import type { Voxloop } from "../core/voxloop.ts";
import { createCustomerPlace, type CustomerSource } from "./customer.ts";
import { openNode } from "./open-node.ts";
import { isProvider, type NodeInitOptions } from "./options.ts";
import type { NodeVoxloop } from "./voxloop.ts";

/** Servers send more at once than pages. */
const DEFAULTS: Partial<Settings> = { maxBatchSize: 500, maxQueueSize: 10_000 };
/** A provider knows its own way. */
const NO_COLLECTOR = { writeKey: "none", endpoint: "http://none.invalid" };

type Current = AsyncLocalStorage<Voxloop>;

export function startNodeClient(given: NodeInitOptions): NodeVoxloop {
  const storage: Current = new AsyncLocalStorage();
  const options = readNodeOptions(given);
  const door = openNode(options, (error, origin) => {
    const found = origin === "unhandledRejection" ? "rejection" : "uncaught";
    client.captureError(error, { attributes: { [ATTR.errorOrigin]: found } });
  });
  const { voxloop, parts } = startClient(options as InitOptions, door, DEFAULTS);
  const client = withCustomers(following(voxloop, storage), parts, storage);
  return client;
}

/** A wrong `provider` is wrong as a whole: the core refuses options without an endpoint, and says so. */
function readNodeOptions(given: NodeInitOptions): NodeInitOptions {
  try {
    const { provider = "own" } = given;
    if (provider === "own") return given;
    const isKnown = provider === "global" || isProvider(provider);
    return isKnown ? { ...given, ...NO_COLLECTOR } : { ...given, endpoint: `provider ${String(provider)}` };
  } catch {
    return given;
  }
}

/** The calls of whoever's work is running, else the client's own. */
function following(root: Voxloop, storage: Current): Voxloop {
  const calls = Object.entries(root) as [keyof Voxloop, (...args: unknown[]) => unknown][];
  const followed = calls.map(([name, own]) => [
    name,
    (...args: unknown[]) => {
      const current = storage.getStore()?.[name] as typeof own | undefined;
      return (current ?? own)(...args);
    },
  ]);
  const { flush, shutdown } = root;
  return { ...(Object.fromEntries(followed) as Voxloop), flush, shutdown };
}

function withCustomers(voxloop: Voxloop, parts: ClientParts, storage: Current): NodeVoxloop {
  const guard = createGuard((cause) => parts.warn("a client of a customer knows no customer", cause));
  function withCustomer(customer: CustomerSource, attributes?: Attributes): NodeVoxloop {
    const scoped = guard(() => scopedTo(parts, customer, attributes), parts);
    return withCustomers(createClient(scoped).voxloop, scoped, storage);
  }
  return {
    ...voxloop,
    withCustomer,
    run(customer, work, attributes) {
      const isClient = guard(() => typeof Object(customer).track === "function", false);
      const client = isClient
        ? (customer as NodeVoxloop)
        : withCustomer(customer as CustomerSource, attributes);
      return storage.run(client, work);
    },
  };
}

function scopedTo(parts: ClientParts, customer: CustomerSource, attributes?: Attributes): ClientParts {
  const { settings, sink } = parts;
  const onFailure = (cause: unknown): void =>
    parts.warn("a customer could not be read, and is not known", cause);
  return {
    ...parts,
    settings: { ...settings, attributes: { ...settings?.attributes, ...attributes } },
    place: createCustomerPlace(customer, onFailure),
    sink: { ...sink, close: () => sink.flush() },
  };
}
