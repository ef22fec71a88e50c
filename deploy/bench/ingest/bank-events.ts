import { randomBytes } from "node:crypto";

/** An event of the imagined bank: its name, when, and about twenty attributes beside its resource's. */
export interface BankEvent {
  name: string;
  time: number;
  attributes: Record<string, string>;
}

/** A phone that sends events of one session. */
export interface Phone {
  resource: Record<string, string>;
  customer: string;
  installation: string;
  session: string;
  region: string;
  network: string;
  channel: string;
  audience: string;
}

const APPS = ["8.4.0", "8.4.0", "8.4.0", "8.4.1", "8.3.7"];
const SYSTEMS = [
  ["iOS", "18.5", "iPhone17,2"],
  ["iOS", "18.4.1", "iPhone15,4"],
  ["Android", "15", "PLA-AL10"],
  ["Android", "14", "24031PN0DC"],
  ["HarmonyOS", "5.0.1", "ALN-AL80"],
] as const;
const PAGES = Array.from(
  { length: 400 },
  (_, index) => `${["transfer", "wealth", "bills", "loan", "card"][index % 5]}/page-${index}`,
);
const FLOWS = ["transfer", "bill-payment", "open-account", "buy-fund"];

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item;
}

export function randomPhone(): Phone {
  const [os, osVersion, model] = pick(SYSTEMS);
  return {
    resource: {
      "service.name": "mobile-bank",
      "service.version": pick(APPS),
      "deployment.environment.name": "production",
      "os.name": os,
      "os.version": osVersion,
      "device.model.identifier": model,
      "telemetry.sdk.name": "voxloop",
      "telemetry.sdk.language": "swift",
    },
    customer: `c${Math.floor(Math.random() * 160_000_000).toString(36)}`,
    installation: uuid(Date.now() - Math.floor(Math.random() * 3e10)),
    session: uuid(Date.now() - Math.floor(Math.random() * 1e6)),
    region: `CN-${11 + Math.floor(Math.random() * 31)}`,
    network: pick(["wifi", "5g", "4g"]),
    channel: pick(["app", "app", "app", "wechat"]),
    audience: pick(["standard", "standard", "standard", "care"]),
  };
}

/** What a customer does next: mostly looks at pages, one time in five moves a transaction on, one in a thousand says something. */
export function randomEvent(phone: Phone, time: number): BankEvent {
  const shared = {
    "log.record.uid": uuid(time),
    "user.id": phone.customer,
    "app.installation.id": phone.installation,
    "session.id": phone.session,
    "client.geo.region": phone.region,
    "vox.channel": phone.channel,
    "vox.audience": phone.audience,
    "network.connection.type": phone.network,
    "app.screen.name": pick(PAGES),
    "app.build_id": "20261103",
    "vox.locale": "zh-CN",
    "screen.orientation": "portrait",
    "app.theme": pick(["light", "dark"]),
    "vox.entry": pick(["home", "search", "push", "menu"]),
    "experiment.home": pick(["A", "B"]),
    "vox.load_ms": String(80 + Math.floor(Math.random() * 900)),
  };
  const dice = Math.random();
  if (dice < 0.001)
    return {
      name: "vox.survey.answered",
      time,
      attributes: {
        ...shared,
        "vox.survey.id": "after-transfer",
        "vox.survey.kind": "csat",
        "vox.score": String(1 + Math.floor(Math.random() * 5)),
      },
    };
  if (dice < 0.2) return { name: "vox.transaction", time, attributes: { ...shared, ...transaction(time) } };
  const detail = {
    "vox.element": `button-${Math.floor(Math.random() * 40)}`,
    "vox.position": String(Math.floor(Math.random() * 20)),
    "vox.previous": pick(PAGES),
  };
  return { name: dice < 0.7 ? "vox.screen.viewed" : "app.tap", time, attributes: { ...shared, ...detail } };
}

function transaction(time: number): Record<string, string> {
  const dice = Math.random();
  const outcome = dice < 0.5 ? "started" : dice < 0.95 ? "succeeded" : "failed";
  return {
    "vox.flow": pick(FLOWS),
    "vox.transaction.id": uuid(time),
    "vox.step": pick(["form", "confirm", "result"]),
    "vox.outcome": outcome,
    ...(outcome === "failed" ? { "vox.error.code": pick(["E1042", "E2001", "E3117"]) } : {}),
  };
}

/** A UUIDv7, as SDKs make them. */
function uuid(time: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(time, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
