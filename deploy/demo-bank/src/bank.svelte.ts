import { init, type Transaction, type Voxloop } from "@voxloop/sdk";
import { autocapture } from "@voxloop/sdk/autocapture";
import { guidance } from "@voxloop/sdk/guidance";
import { surveys } from "@voxloop/sdk/surveys";
import { MESSAGES, type Language, type MessageKey } from "./messages.ts";

export type Screen =
  | "sign-in"
  | "home"
  | "transfer"
  | "transfer-confirm"
  | "transfer-result"
  | "bill"
  | "feedback"
  | Page;

/** Functions that are there to be found; their pages are empty. */
export const PAGES = ["rates", "cards", "deposits", "limits", "branches"] as const;
export type Page = (typeof PAGES)[number];

export const RELEASES = ["8.0.1", "8.0.2"] as const;
export type Release = (typeof RELEASES)[number];

/** The release that fixes E1042. */
const FIXED: Release = "8.0.2";
const LATENCY_MS = 250;

export interface Bill {
  id: string;
  name: MessageKey;
  amount: number;
}

/** The bank's whole state, and every place where it tells Voxloop what happened. */
export class Bank {
  language = $state<Language>(navigator.language.startsWith("zh") ? "zh" : "en");
  screen = $state<Screen>("sign-in");
  customer = $state("");
  balance = $state(48_250.6);
  release = $state<Release>("8.0.1");
  /** The demo's switch: transfers are refused with E1042, unless the release has the fix. */
  refusesTransfers = $state(false);
  /** Likewise: billers do not answer, E2210, but for the second try. No release has a fix. */
  refusesBills = $state(false);
  /** Large type, for older customers. */
  isCare = $state(false);
  amount = $state(0);
  payee = $state("");
  isBusy = $state(false);
  /** The business code of the last transfer; "" when it succeeded. */
  transferError = $state("");
  /** The same of the last bill. */
  billError = $state("");
  bills = $state<Bill[]>([
    { id: "power", name: "billPower", amount: 182.4 },
    { id: "water", name: "billWater", amount: 46.9 },
  ]);

  #connection: { writeKey: string; endpoint: string };
  #voxloop: Voxloop;
  #transfer: Transaction | undefined;
  #unpaid: Bill | undefined;

  constructor(connection: { writeKey: string; endpoint: string }) {
    this.#connection = connection;
    this.#voxloop = this.#connect();
    this.show("sign-in");
  }

  text(key: MessageKey): string {
    return MESSAGES[this.language][key];
  }

  money(amount: number): string {
    const locale = this.language === "zh" ? "zh-CN" : "en";
    return new Intl.NumberFormat(locale, { style: "currency", currency: "CNY" }).format(amount);
  }

  show(screen: Screen): void {
    if (screen !== "transfer-confirm" && screen !== "transfer-result") this.#transfer?.abandon();
    this.screen = screen;
    this.#voxloop.screen(screen);
  }

  signIn(name: string): void {
    this.customer = name.trim();
    this.#voxloop.identify(this.#customerId());
    this.show("home");
  }

  startAsNewCustomer(): void {
    this.#transfer?.abandon();
    this.#transfer = undefined;
    this.#voxloop.reset();
    this.customer = "";
    this.show("sign-in");
  }

  runRelease(release: Release): Promise<void> {
    this.release = release;
    return this.#restart();
  }

  setCare(isCare: boolean): Promise<void> {
    this.isCare = isCare;
    return this.#restart();
  }

  /** The app starts anew, as after an update. */
  async #restart(): Promise<void> {
    this.#transfer?.abandon();
    this.#transfer = undefined;
    await this.#voxloop.shutdown();
    this.#voxloop = this.#connect();
    if (this.customer !== "") this.#voxloop.identify(this.#customerId());
    this.show(this.customer === "" ? "sign-in" : "home");
  }

  startTransfer(): void {
    this.show("transfer");
    this.#transfer = this.#voxloop.transaction("transfer");
    this.#transfer.step("form");
  }

  reviewTransfer(payee: string, amount: number): void {
    this.payee = payee;
    this.amount = amount;
    this.#transfer?.step("confirm");
    this.show("transfer-confirm");
  }

  async confirmTransfer(): Promise<void> {
    await this.#work();
    const isRefused = this.refusesTransfers && this.release !== FIXED;
    if (isRefused) {
      this.#transfer?.fail({ code: "E1042", shown: this.text("transferRefused") });
    } else {
      this.balance -= this.amount;
      this.#transfer?.succeed();
    }
    this.#transfer = undefined;
    this.transferError = isRefused ? "E1042" : "";
    this.show("transfer-result");
  }

  async payBill(bill: Bill, isRetry = false): Promise<void> {
    const payment = this.#voxloop.transaction("bill-payment");
    payment.step("pay");
    await this.#work();
    const isRefused = this.refusesBills && !isRetry;
    this.#unpaid = isRefused ? bill : undefined;
    this.billError = isRefused ? "E2210" : "";
    if (isRefused) return payment.fail({ code: this.billError, shown: this.text("billRefused") });
    this.balance -= bill.amount;
    this.bills = this.bills.filter((other) => other.id !== bill.id);
    payment.succeed();
  }

  searched(query: string, results: number, clicked?: string): void {
    this.#voxloop.search({ query, results, ...(clicked !== undefined && { clicked }) });
  }

  giveFeedback(score: number, comment: string): void {
    this.#voxloop.answerSurvey({ surveyId: "demo-nps", kind: "nps", score, comment, flow: "transfer" });
    void this.#voxloop.flush();
  }

  #customerId(): string {
    return this.customer.toLowerCase().replaceAll(/\s+/g, "-");
  }

  /** The bank's own servers, simulated. */
  async #work(): Promise<void> {
    this.isBusy = true;
    await new Promise((done) => setTimeout(done, LATENCY_MS));
    this.isBusy = false;
  }

  #connect(): Voxloop {
    const language = (): "zh-CN" | "en" => (this.language === "zh" ? "zh-CN" : "en");
    const onRetry = (): void => {
      if (this.#unpaid) void this.payBill(this.#unpaid, true);
    };
    return init({
      ...this.#connection,
      service: "demo-bank",
      release: this.release,
      environment: "demo",
      channel: "web",
      ...(this.isCare && { audience: "care" }),
      // Its screens are told by name; the page is always the same.
      features: [autocapture({ pageViews: false }), guidance({ language, onRetry }), surveys({ language })],
      flushIntervalMs: 500,
    });
  }
}
