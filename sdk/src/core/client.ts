import { ATTR, EVENT } from "@voxloop/contract";
import { createEmitter, timeOf, type EmitterParts, type Scope } from "./emitter.ts";
import type { Stop } from "./feature.ts";
import { startFeatures } from "./features.ts";
import { createGuard, type Guard, type Warn } from "./guard.ts";
import type { Store } from "./store.ts";
import { isText } from "./options.ts";
import { answerAttributes } from "./survey.ts";
import { failureAttributes, startTransaction, type Emit } from "./transaction.ts";
import { createUuid } from "./uuid.ts";
import type { Search, SurveyAnswer, Voxloop } from "./voxloop.ts";

export interface ClientParts extends EmitterParts {
  warn: Warn;
  store: Store;
}

export interface Client {
  voxloop: Voxloop;
  /** Sends the losses so far as events; call it after a delivery. */
  reportLosses: () => void;
}

/** The client both doors hand out: every call goes through one guard. */
export function createClient(parts: ClientParts): Client {
  const { losses, sink } = parts;
  const scope: Scope = {};
  const guard = createGuard((cause) => {
    losses.add("internal");
    parts.warn("an event was lost", cause);
  });
  let isClosed = false;
  const send = createEmitter(parts, scope);
  const emit: Emit = (name, own, added) => {
    if (!isClosed) guard(() => send(name, own, added), undefined);
  };
  const calls = { parts, scope, emit, guard };
  const voxloop: Voxloop = {
    ...identityCalls(calls),
    ...eventCalls(calls),
    flush: () => sink.flush().catch(() => undefined),
    shutdown: () => {
      isClosed = true;
      stopFeatures();
      return sink.close().catch(() => undefined);
    },
  };
  const reportLosses = (): void => {
    for (const [reason, count] of losses.take()) {
      emit(EVENT.eventsDropped, { [ATTR.dropReason]: reason, [ATTR.dropCount]: count });
    }
  };
  const stopFeatures: Stop = startFeatures(parts, { voxloop, guard, emit });
  return { voxloop, reportLosses };
}

interface CallParts {
  parts: ClientParts;
  scope: Scope;
  emit: Emit;
  guard: Guard;
}

type IdentityCalls = Pick<Voxloop, "identify" | "reset" | "screen" | "page">;

function identityCalls({ parts, scope, emit, guard }: CallParts): IdentityCalls {
  return {
    identify: (userId) => {
      if (!isText(userId)) return parts.losses.add("invalid");
      if (guard(() => parts.place.remember(userId), false)) emit(EVENT.identified, {});
    },
    reset: () => {
      scope.screen = scope.path = undefined;
      guard(() => parts.place.forget(), undefined);
    },
    screen: (name, attributes) => {
      if (!isText(name)) return parts.losses.add("invalid");
      scope.screen = name;
      emit(EVENT.screenViewed, {}, attributes);
    },
    page: (path, attributes) => {
      scope.screen = undefined;
      scope.path = typeof path === "string" ? pathOf(path) : undefined;
      emit(EVENT.pageViewed, {}, attributes);
    },
  };
}

type EventCalls = Pick<Voxloop, "track" | "captureError" | "transaction" | "answerSurvey" | "search">;

function eventCalls({ parts, emit, guard }: CallParts): EventCalls {
  const run = (work: () => void): void => guard(work, undefined);
  return {
    track: (name, attributes) => emit(name, {}, attributes),
    captureError: (error, details) =>
      run(() => emit(EVENT.exception, failureAttributes({ ...details, error }), details?.attributes)),
    transaction: (flow, attributes) => {
      const id = guard(() => createUuid(timeOf(parts.settings)), createUuid(0));
      const transaction = guard(() => startTransaction(emit, { id, flow, attributes }), undefined);
      return {
        id,
        step: (...step) => run(() => transaction?.step(...step)),
        succeed: (...added) => run(() => transaction?.succeed(...added)),
        fail: (...failure) => run(() => transaction?.fail(...failure)),
        abandon: (...added) => run(() => transaction?.abandon(...added)),
      };
    },
    answerSurvey: (answer) => run(() => sendAnswer(emit, answer)),
    search: (search) => run(() => sendSearch(emit, search)),
  };
}

function sendAnswer(emit: Emit, answer: SurveyAnswer): void {
  const own = answerAttributes(answer);
  // Without a name the emitter counts it as invalid.
  emit(own && EVENT.surveyAnswered, own ?? {}, answer.attributes);
}

function sendSearch(emit: Emit, { query, results, clicked, attributes }: Search): void {
  const own = { [ATTR.searchQuery]: query, [ATTR.searchResults]: results, [ATTR.searchClicked]: clicked };
  emit(EVENT.search, own, attributes);
}

/** The path of an address or a path, without query and fragment. */
function pathOf(address: string): string {
  return address.replace(/^\w+:\/\/[^/?#]*/, "").replace(/[?#].*$/s, "") || "/";
}
