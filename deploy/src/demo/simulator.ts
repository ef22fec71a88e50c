import { type Calendar, createCalendar, DAY_MS, MEAN_TRAFFIC, trafficAt } from "./calendar.ts";
import { maybeAnswerSurvey } from "./feedback.ts";
import { activateCard, browse, buyWealthProduct, payBill, search, signIn, transfer } from "./journeys.ts";
import { createPopulation, type Customer } from "./population.ts";
import { createRandom, type Random } from "./random.ts";
import { type PromptIds, Session, type SimulatedEvent } from "./session.ts";
import { DEMO, RELEASE } from "./truths.ts";

export interface World {
  seed: string;
  calendar: Calendar;
  customers: readonly Customer[];
  prompts: PromptIds;
}

/** For those who play without Voxloop. */
const UNPUBLISHED: PromptIds = { guidanceId: "guidance", surveyId: "survey" };

/** The bank and its customers over the fortnight that ends at `until`; the same for the same seed and end. */
export function createWorld(of: {
  until: Date;
  seed?: string;
  customers?: number;
  prompts?: PromptIds;
}): World {
  const { seed = DEMO.seed, prompts = UNPUBLISHED } = of;
  return {
    seed,
    prompts,
    calendar: createCalendar(of.until),
    customers: createPopulation(seed, of.customers),
  };
}

/** All events of one day (0 is the first), in the order they happen; a visit near the end may run into the next day. */
export function simulateDay(world: World, day: number): SimulatedEvent[] {
  return world.customers
    .flatMap((customer) => simulateCustomer(world, customer, day))
    .filter((event) => event.time < world.calendar.until)
    .toSorted((a, b) => a.time - b.time);
}

/** Every day of every customer has numbers of its own, so that days can be played alone and again. */
function simulateCustomer(world: World, customer: Customer, day: number): SimulatedEvent[] {
  const random = createRandom(`${world.seed}/${customer.id}/${day}`);
  const visits = random.poisson(customer.sessionsPerDay / MEAN_TRAFFIC);
  return Array.from({ length: visits }, (_, visit) => {
    const start = world.calendar.start + (day + random.next()) * DAY_MS;
    // More visits are drawn than happen; how many are kept follows the hours of the day.
    const happens = random.chance(trafficAt(start));
    return happens
      ? simulateVisit(world, { customer, random, start, id: visitId(world, customer, `${day}-${visit}`) })
      : [];
  }).flat();
}

function visitId({ seed, calendar }: World, customer: Customer, visit: string): string {
  return `${seed}-${calendar.start.toString(36)}-${customer.id}-${visit}`;
}

function simulateVisit(
  world: World,
  of: { customer: Customer; random: Random; start: number; id: string },
): SimulatedEvent[] {
  const { prompts, calendar } = world;
  const release = releaseOf(of.customer, of.start, calendar.fixReleasedAt);
  const session = new Session({ ...of, prompts, release });
  const { random } = session;
  signIn(session);
  if (random.chance(0.16)) search(session);
  const intent = random.weighted([40, 36, 9, 3, 22]);
  if (intent === 0) transfer(session);
  else if (intent === 1) payBill(session);
  else if (intent === 2) buyWealthProduct(session);
  else if (intent === 3) activateCard(session);
  else browse(session);
  maybeAnswerSurvey(session);
  return session.events;
}

function releaseOf(customer: Customer, time: number, fixReleasedAt: number): string {
  if (time >= fixReleasedAt + customer.adoptionMs) return RELEASE.fix;
  return customer.firstRelease;
}
