import { ATTR, EVENT } from "@voxloop/contract";
import type { Customer } from "./population.ts";
import { createRandom, type Random } from "./random.ts";

export type Attributes = Record<string, string | number>;

/** One event as an app's SDK would send it. */
export interface SimulatedEvent {
  name: string;
  /** Unix milliseconds. */
  time: number;
  release: string;
  attributes: Attributes;
}

/** What the bank had published before the fortnight. */
export interface PromptIds {
  guidanceId: string;
  surveyId: string;
}

/** One visit of a customer: a clock of its own, and the calls an app makes to the SDK. */
export class Session {
  readonly id: string;
  readonly customer: Customer;
  readonly release: string;
  readonly random: Random;
  readonly prompts: PromptIds;
  readonly events: SimulatedEvent[] = [];
  /** The last error that stopped the customer, and the flow it was in. */
  stoppedBy: { code: string; flow: string } | undefined;
  lastFlow = "";
  #now: number;
  #screen = "";
  #attempts = 0;

  constructor(of: {
    id: string;
    customer: Customer;
    release: string;
    start: number;
    random: Random;
    prompts: PromptIds;
  }) {
    this.id = of.id;
    this.customer = of.customer;
    this.release = of.release;
    this.random = of.random;
    this.prompts = of.prompts;
    this.#now = of.start;
    this.emit(EVENT.sessionStart);
  }

  /** Now, for this customer; Unix milliseconds. */
  time(): number {
    return this.#now;
  }

  wait(lowSeconds: number, highSeconds: number): void {
    this.#now += this.random.between(lowSeconds, highSeconds) * 1_000;
  }

  screen(name: string): void {
    this.#screen = name;
    this.emit(EVENT.screenViewed, { [ATTR.durationMs]: this.#loadMs() });
  }

  /** One screen in twelve takes more than 2.5 s. Drawn apart, so that nothing else of the fortnight depends on it. */
  #loadMs(): number {
    const random = createRandom(`${this.id}-${this.events.length}:load`);
    return Math.round(700 + random.exponential(720));
  }

  /** Starts an attempt at a flow. */
  begin(flow: string): Attempt {
    this.lastFlow = flow;
    this.#attempts += 1;
    return new Attempt(this, flow, `${this.id}-t${this.#attempts}`);
  }

  emit(name: string, attributes: Attributes = {}): void {
    const { id, customer, release, events } = this;
    const own: Attributes = {
      [ATTR.eventId]: `${id}-${events.length}`,
      [ATTR.sessionId]: id,
      [ATTR.userId]: customer.id,
      ...(this.#screen !== "" && { [ATTR.screenName]: this.#screen }),
      ...attributes,
      ...customer.context,
      [ATTR.channel]: customer.channel,
      [ATTR.audience]: customer.audience,
    };
    events.push({ name, time: Math.round(this.#now), release, attributes: own });
  }
}

/** One transaction of the SDK. */
export class Attempt {
  readonly id: string;
  #session: Session;
  #at: Attributes;

  constructor(session: Session, flow: string, id: string) {
    this.id = id;
    this.#session = session;
    this.#at = { [ATTR.flow]: flow, [ATTR.transactionId]: id };
    session.emit(EVENT.transaction, { ...this.#at, [ATTR.outcome]: "started" });
  }

  step(name: string): void {
    this.#at = { ...this.#at, [ATTR.step]: name };
    this.#session.emit("vox.step", this.#at);
  }

  end(outcome: "succeeded" | "failed" | "abandoned", attributes?: Attributes): void {
    this.#session.emit(EVENT.transaction, { ...this.#at, [ATTR.outcome]: outcome, ...attributes });
  }
}
