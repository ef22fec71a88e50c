import { ATTR, EVENT } from "@voxloop/contract";
import {
  ASSESSMENT,
  BALANCE,
  emitFailedRequest,
  emitHomeIncidents,
  emitNoise,
  FACE,
  meetsBiller,
  meetsLimitCheck,
  meetsPasscode,
  refuse,
} from "./incidents.ts";
import { SEARCHES } from "./searches.ts";
import type { Attempt, Session } from "./session.ts";
import { meetsGuidance } from "./prompts.ts";
import { BILLER, FLOW, GUIDED, LIMIT_CHECK, NOISE, PASSCODE } from "./truths.ts";

/** Signs in; the gateway's time-outs are overcome by retries within seconds. */
export function signIn(session: Session): void {
  session.screen("sign-in");
  const attempt = session.begin(FLOW.signIn);
  session.wait(2, 12);
  if (session.random.chance(NOISE.probability)) emitNoise(session, attempt.id);
  attempt.end("succeeded");
  session.lastFlow = "";
  session.screen("home");
  emitHomeIncidents(session);
  session.wait(2, 20);
}

/** Form, confirm with a one-time password, result. Truths 1 and 4 happen here. */
export function transfer(session: Session): void {
  const { random } = session;
  const attempt = session.begin(FLOW.transfer);
  session.screen("transfer");
  attempt.step(LIMIT_CHECK.step);
  session.wait(12, 70);
  if (random.chance(0.09)) return attempt.end("abandoned");
  if (meetsLimitCheck(session)) {
    attempt.end("failed", refuse(session, LIMIT_CHECK));
    session.wait(5, 40);
    // Some try again, and the limit refuses them again.
    if (random.chance(0.15)) retryRefused(session);
    return;
  }
  attempt.step(PASSCODE.step);
  session.screen("transfer-confirm");
  confirmTransfer(session, attempt);
}

function retryRefused(session: Session): void {
  const attempt = session.begin(FLOW.transfer);
  attempt.step(LIMIT_CHECK.step);
  session.wait(8, 30);
  attempt.end("failed", refuse(session, LIMIT_CHECK));
}

function confirmTransfer(session: Session, attempt: Attempt): void {
  const { random } = session;
  session.wait(8, 30);
  if (random.chance(0.04)) return attempt.end("abandoned");
  if (meetsPasscode(session)) {
    session.wait(60, 95);
    return attempt.end("failed", refuse(session, PASSCODE));
  }
  if (random.chance(0.012)) return attempt.end("failed", refuse(session, BALANCE));
  attempt.end("succeeded");
  session.screen("transfer-result");
  session.wait(3, 15);
}

/** Truths 2 and 6 happen here. */
export function payBill(session: Session): void {
  const { random } = session;
  session.screen("bills");
  session.wait(4, 25);
  const attempt = session.begin(FLOW.billPayment);
  session.screen("bill-payment");
  attempt.step(BILLER.step);
  session.wait(6, 30);
  if (random.chance(0.07)) return attempt.end("abandoned");
  if (!meetsBiller(session)) return attempt.end("succeeded");
  session.wait(15, 30);
  attempt.end("failed", refuse(session, BILLER));
  const isShown = meetsGuidance(session, attempt);
  if (!random.chance(isShown ? GUIDED.recovers : GUIDED.recoversAlone)) return;
  session.wait(20, 200);
  const second = session.begin(FLOW.billPayment);
  second.step(BILLER.step);
  session.wait(6, 20);
  second.end("succeeded");
  session.stoppedBy = undefined;
}

export function buyWealthProduct(session: Session): void {
  const { random } = session;
  session.screen("wealth");
  session.wait(10, 90);
  session.screen("wealth-product");
  if (random.chance(0.5)) return;
  const attempt = session.begin(FLOW.wealth);
  session.wait(10, 60);
  if (random.chance(0.2)) return attempt.end("abandoned");
  if (random.chance(0.05)) return attempt.end("failed", refuse(session, ASSESSMENT));
  attempt.end("succeeded");
}

export function activateCard(session: Session): void {
  const attempt = session.begin(FLOW.cardActivation);
  session.screen("card-activation");
  session.wait(20, 80);
  const failure = session.random.chance(0.12) ? refuse(session, FACE) : undefined;
  attempt.end(failure === undefined ? "succeeded" : "failed", failure);
}

export function search(session: Session): void {
  const { query, results, target } = session.random.pick(SEARCHES[session.customer.language]);
  const clicked = results > 0 && session.random.chance(0.72);
  session.screen("search");
  session.wait(3, 12);
  session.emit(EVENT.search, {
    [ATTR.searchQuery]: query,
    [ATTR.searchResults]: results,
    ...(clicked && { [ATTR.searchClicked]: target }),
  });
  session.wait(2, 8);
  if (clicked) session.screen(target);
}

export function browse(session: Session): void {
  for (let pages = session.random.integer(1, 3); pages > 0; pages--) {
    session.screen(session.random.pick(PAGES));
    session.wait(4, 40);
  }
  if (session.random.chance(0.02)) emitFailedRequest(session);
}

const PAGES = ["account", "statements", "cards", "messages", "branch-finder", "profile", "rates", "loans"];
