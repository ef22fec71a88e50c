import type { Place } from "../core/emitter.ts";
import type { Attributes } from "../core/event.ts";

/** Whom an event on a server is about. */
export interface Customer {
  userId?: string | undefined;
  installationId?: string | undefined;
  sessionId?: string | undefined;
}

/**
 * A customer, the id of a user, or who it is by the time of each event: then a request that has been authenticated
 * meanwhile is that user's.
 */
export type CustomerSource = string | Customer | (() => string | Customer | null | undefined);

/** The place of one customer's events. */
export function createCustomerPlace(
  source: CustomerSource | undefined,
  onFailure: (cause: unknown) => void,
): Place {
  let said: Customer = {};
  let attributes: Attributes = {};
  let isForgotten = false;

  function who(): Customer {
    return { ...(!isForgotten && readCustomer(source, onFailure)), ...said };
  }
  return {
    who: () => ({ ...who(), attributes }),
    path: () => undefined,
    remember(userId) {
      if (who().userId === userId) return false;
      said = { ...said, userId };
      return true;
    },
    setAttributes: (more) => void (attributes = { ...attributes, ...more }),
    forget() {
      isForgotten = true;
      said = attributes = {};
    },
  };
}

/** The fields that name somebody. A source that throws knows nobody: the event is worth more than its customer. */
export function readCustomer(
  source: CustomerSource | undefined,
  onFailure: (cause: unknown) => void,
): Customer {
  try {
    const given: unknown = typeof source === "function" ? source() : source;
    if (typeof given !== "object" || given === null) return idOf("userId", given);
    const { userId, installationId, sessionId } = given as Customer;
    return {
      ...idOf("userId", userId),
      ...idOf("installationId", installationId),
      ...idOf("sessionId", sessionId),
    };
  } catch (cause) {
    onFailure(cause);
    return {};
  }
}

function idOf(field: keyof Customer, id: unknown): Customer {
  const isId = (typeof id === "string" && id.trim()) || typeof id === "number";
  return isId ? { [field]: String(id) } : {};
}
