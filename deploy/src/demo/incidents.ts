import { ATTR, EVENT } from "@voxloop/contract";
import type { Attributes, Session } from "./session.ts";
import { BILLER, FLOW, LIMIT_CHECK, NOISE, PASSCODE, RELEASE } from "./truths.ts";

interface Refusal {
  code: string;
  flow: string;
  shown: { zh: string; en: string };
}

/** Business errors that are there for realism only. */
export const BALANCE: Refusal = {
  code: "E3105",
  flow: FLOW.transfer,
  shown: { zh: "账户余额不足", en: "Insufficient balance" },
};
export const ASSESSMENT: Refusal = {
  code: "E1203",
  flow: FLOW.wealth,
  shown: { zh: "风险测评已过期", en: "Your risk assessment has expired" },
};
export const FACE: Refusal = {
  code: "E5003",
  flow: FLOW.cardActivation,
  shown: { zh: "人脸识别未通过", en: "Face verification did not pass" },
};

/** What a failed attempt says; the customer remembers it. */
export function refuse(session: Session, { code, flow, shown }: Refusal): Attributes {
  session.stoppedBy = { code, flow };
  return { [ATTR.errorCode]: code, [ATTR.errorShown]: shown[session.customer.language] };
}

/** Is this transfer refused at the form by the limit check? */
export function meetsLimitCheck({ random, release }: Session): boolean {
  return release !== RELEASE.fix && random.chance(LIMIT_CHECK.probability);
}

/** Does the one-time password fail to arrive? */
export function meetsPasscode({ customer, random }: Session): boolean {
  const isThere = customer.audience === PASSCODE.audience && customer.channel === PASSCODE.channel;
  return random.chance(isThere ? PASSCODE.probability : PASSCODE.probabilityElsewhere);
}

/** Does the biller not answer? On 8.0.2 as before: the fix did not fix it. */
export function meetsBiller({ random }: Session): boolean {
  return random.chance(BILLER.probability);
}

/** The gateway times out during sign-in, once or more; the app tries again by itself. */
export function emitNoise(session: Session, attemptId: string): void {
  const { random } = session;
  for (let times = random.integer(1, 3); times > 0; times--) {
    session.emit(EVENT.exception, {
      [ATTR.flow]: NOISE.flow,
      [ATTR.transactionId]: attemptId,
      [ATTR.exceptionType]: NOISE.type,
      [ATTR.exceptionMessage]: `gateway timed out after ${random.integer(3_000, 9_000)} ms`,
    });
    session.wait(1, 4);
  }
}

/** Exceptions outside flows, at home: they are seen, and stop nobody. */
export function emitHomeIncidents(session: Session): void {
  const { customer, random, release } = session;
  const os = customer.context["os.name"] ?? "";
  const found = HOME_INCIDENTS.find(
    (incident) =>
      incident.on.includes(os) && incident.until !== release && random.chance(incident.probability),
  );
  if (found === undefined) return;
  session.emit(EVENT.exception, {
    [ATTR.exceptionType]: found.type,
    [ATTR.exceptionMessage]: found.message,
    [ATTR.exceptionStacktrace]: stackOf(os, `${found.type}: ${found.message}`, found.frame),
  });
}

/** A statement that does not load: a failed request. */
export function emitFailedRequest(session: Session): void {
  session.emit(EVENT.requestFailed, {
    [ATTR.errorType]: session.random.pick(["502", "504"]),
    "http.request.method": "GET",
    "http.response.status_code": 502,
    [ATTR.urlTemplate]: "/api/statements/{month}",
  });
}

interface HomeIncident {
  type: string;
  message: string;
  frame: string;
  on: string;
  probability: number;
  /** The release that fixed it. */
  until?: string;
}

const HOME_INCIDENTS: readonly HomeIncident[] = [
  {
    type: "TypeError",
    message: "Cannot read properties of undefined (reading 'avatar')",
    frame: "HomeCard.render",
    on: "Windows macOS",
    probability: 0.06,
    until: RELEASE.fix,
  },
  {
    type: "java.lang.IllegalStateException",
    message: "Fragment BannerFragment not attached to an activity",
    frame: "com.bank.home.BannerFragment.onLoaded",
    on: "Android",
    probability: 0.02,
  },
  {
    type: "NSRangeException",
    message: "index 4 beyond bounds [0 .. 3]",
    frame: "HomeFeedController.cellForRow",
    on: "iOS",
    probability: 0.012,
  },
];

function stackOf(os: string, head: string, frame: string): string {
  const frames = FRAMES[os] ?? WEB_FRAMES;
  return [head, ...frames.map((each) => each.replace("{frame}", frame))].join("\n");
}

const WEB_FRAMES = [
  "    at {frame} (https://bank.example/assets/app.js:2:48211)",
  "    at render (https://bank.example/assets/vendor.js:1:90412)",
  "    at flush (https://bank.example/assets/vendor.js:1:77120)",
];
const FRAMES: Record<string, readonly string[]> = {
  Android: [
    "\tat {frame}(Home.kt:88)",
    "\tat com.bank.core.Dispatcher.run(Dispatcher.kt:41)",
    "\tat android.os.Handler.dispatchMessage(Handler.java:106)",
  ],
  iOS: [
    "0  BankApp   {frame} + 212",
    "1  BankCore  Dispatcher.perform + 96",
    "2  UIKitCore UIApplicationMain + 340",
  ],
};
