import { fallsOf, judgeDay, type StepDay } from "@voxloop/analytics";
import { table } from "../../bench/table.ts";
import { createRandom, type Random } from "../../src/demo/random.ts";

const STEPS = 10;
const WEEKS = 4;
const RUNS = 1000;

interface World {
  /** Who reach a step on a weekday; at weekends half as many. */
  entered: number;
  /** By how much the logit of a day's share strays, over what its weekday makes of it and chance of single customers. */
  stray: number;
  /** Of the first step's share on the last day, relative; 0 for none. */
  fall: number;
}

/** How often a day's look at ten steps of a project calls something a fall, where nothing or one step fell. */
export function dropsTable(): string {
  const calm = [70, 500, 5000].flatMap((entered) =>
    [0, 0.1, 0.25].map((stray) => ({ entered, stray, fall: 0 })),
  );
  const fallen = [100, 500, 5000].flatMap((entered) =>
    [0.1, 0.2, 0.4].map((fall) => ({ entered, stray: 0.1, fall })),
  );
  return `${table(calm.map(calmRow))}\n\n${table(fallen.map(fallenRow))}`;
}

function calmRow(world: World) {
  const looks = Array.from({ length: RUNS }, (_, run) => look(world, createRandom(`calm:${run}`)));
  const alarmed = looks.filter((falls) => falls.length > 0).length;
  return {
    "customers a day": String(world.entered),
    "days stray by (logit)": String(world.stray),
    "project-days with a false alarm": percent(alarmed / RUNS),
  };
}

function fallenRow(world: World) {
  const looks = Array.from({ length: RUNS }, (_, run) => look(world, createRandom(`fallen:${run}`)));
  return {
    "customers a day": String(world.entered),
    "the share falls by": percent(world.fall),
    "found on the same day": percent(looks.filter((falls) => falls.includes(0)).length / RUNS),
  };
}

/** Which of the ten steps are called falls on the last day. */
function look(world: World, random: Random): number[] {
  const today = 1000 + random.integer(0, 6);
  const judged = Array.from({ length: STEPS }, (_, step) => {
    const base = random.between(0.3, 0.9);
    const day = (at: number, kept = 1) => playDay({ ...world, base }, { at, kept, random });
    const before = Array.from({ length: WEEKS * 7 }, (__, ago) => day(today - 1 - ago));
    const judgement = judgeDay(day(today, step === 0 ? 1 - world.fall : 1), before);
    return judgement === undefined ? [] : [{ ...judgement, step }];
  }).flat();
  return fallsOf(judged).map(({ step }) => step);
}

function playDay(
  { entered, stray, base }: World & { base: number },
  { at, kept, random }: { at: number; kept: number; random: Random },
): StepDay {
  const isWeekend = at % 7 >= 5;
  const logit = Math.log(base / (1 - base)) - (isWeekend ? 0.6 : 0) + stray * gaussian(random);
  const share = kept / (1 + Math.exp(-logit));
  const many = isWeekend ? Math.round(entered / 2) : entered;
  return { day: at, entered: many, continued: binomial(many, share, random) };
}

/** Where it is wide enough, as its normal approximation. */
function binomial(of: number, share: number, random: Random): number {
  const spread = Math.sqrt(of * share * (1 - share));
  if (spread < 6) return Array.from({ length: of }).filter(() => random.next() < share).length;
  return Math.min(of, Math.max(0, Math.round(of * share + spread * gaussian(random))));
}

/** G. E. P. Box and M. E. Muller, Annals of Mathematical Statistics 29, 1958. */
const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
