import { DAY_MS, HOUR_MS } from "./calendar.ts";
import { createRandom, type Random } from "./random.ts";
import { DEMO, RELEASE } from "./truths.ts";

export type Language = "zh" | "en";
export type Channel = "app" | "web" | "wechat";

/** One simulated customer with one device. */
export interface Customer {
  id: string;
  language: Language;
  audience: "standard" | "care";
  channel: Channel;
  sessionsPerDay: number;
  firstRelease: string;
  /** From the release of 8.0.2 until this customer has it; Infinity never. */
  adoptionMs: number;
  /** What the SDK says of every event: installation, device, region. */
  context: Record<string, string>;
}

export function createPopulation(seed: string, size: number = DEMO.customers): Customer[] {
  return Array.from({ length: size }, (_, index) => createCustomer(seed, index));
}

function createCustomer(seed: string, index: number): Customer {
  const random = createRandom(`${seed}/customer/${index}`);
  const audience = random.chance(0.18) ? "care" : "standard";
  // Older customers like the mini-program.
  const channel = CHANNELS[random.weighted(audience === "care" ? [40, 10, 50] : [66, 20, 14])] ?? "app";
  const region = random.weighted(REGIONS.map(([, weight]) => weight));
  return {
    id: `cust-${String(index).padStart(5, "0")}`,
    language: random.chance(audience === "care" ? 0.92 : 0.72) ? "zh" : "en",
    audience,
    channel,
    sessionsPerDay: 0.12 + 1.05 * random.next() ** 3,
    firstRelease: channel !== "web" && random.chance(0.22) ? RELEASE.old : RELEASE.broken,
    adoptionMs: adoptionOf(random, channel),
    context: {
      "app.installation.id": `inst-${seed}-${index}`,
      "client.geo.region": REGIONS[region]?.[0] ?? "CN-SH",
      ...deviceOf(random, channel),
    },
  };
}

const CHANNELS: readonly Channel[] = ["app", "web", "wechat"];
const REGIONS: readonly (readonly [string, number])[] = [
  ["CN-GD", 22],
  ["CN-SH", 14],
  ["CN-BJ", 12],
  ["CN-ZJ", 12],
  ["CN-JS", 12],
  ["CN-SC", 9],
  ["CN-HB", 7],
  ["HK", 6],
  ["SG", 3],
  ["GB-LND", 3],
];

/** A gradual rollout: the web within half a day, apps over days, and some never. */
function adoptionOf(random: Random, channel: Channel): number {
  if (channel === "web") return random.between(0, 12 * HOUR_MS);
  return random.chance(0.12) ? Infinity : random.exponential(1.4 * DAY_MS);
}

const IPHONES = ["iPhone14,5", "iPhone15,2", "iPhone16,1", "iPhone17,3"];
const ANDROIDS = ["HUAWEI ALN-AL00", "Xiaomi 23127PN0CC", "OPPO PHZ110", "vivo V2309A", "HONOR MAA-AN00"];

function deviceOf(random: Random, channel: Channel): Record<string, string> {
  if (channel === "web") {
    const [os, version] = random.pick([
      ["Windows", "11"],
      ["Windows", "10"],
      ["macOS", "15.5"],
    ] as const);
    return {
      "os.name": os,
      "os.version": version,
      "browser.name": random.pick(["Chrome", "Edge", "Safari"]),
    };
  }
  return random.chance(0.44)
    ? {
        "os.name": "iOS",
        "os.version": random.pick(["17.6", "18.5", "26.1"]),
        "device.model.identifier": random.pick(IPHONES),
      }
    : {
        "os.name": "Android",
        "os.version": random.pick(["13", "14", "15"]),
        "device.model.identifier": random.pick(ANDROIDS),
      };
}
