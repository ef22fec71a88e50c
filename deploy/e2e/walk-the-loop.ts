import { Webhook } from "standardwebhooks";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { startReceiver } from "./receiver.ts";
import { planTransfers, playTransfers } from "./traffic.ts";
import { TOKEN, until } from "./voxloop-process.ts";

const DAY_MS = 86_400_000;

export interface Site {
  /** Where the dashboard and the API are. */
  apiUrl: string;
  /** Where events go. */
  collectorUrl: string;
  /** Where the demo bank is. */
  bankUrl: string;
  adminEmail: string;
  adminPassword: string;
}

/* What this file reads of the API's answers; their full shapes are asserted where they are made. */
interface Group {
  code: string;
  fingerprint: string;
  blockedCustomers: number;
  issueId: string | null;
}
interface Issue {
  id: string;
  version: number;
  state: string;
  closeReason: string | null;
  evidence: { code: string; fingerprint: string };
}
interface Look {
  verdict: string;
  change: number;
  low: number;
  high: number;
}

/** One problem round the loop, with the bank and the dashboard in a real browser; gives the issue and its error group. */
export async function walkTheLoop(
  browser: Browser,
  site: Site,
): Promise<{ issueId: string; fingerprint: string }> {
  const receiver = await startReceiver();
  const call = createCaller(site.apiUrl);
  try {
    const hook = await call<{ secret: string }>("POST", "/webhooks", { url: receiver.url });
    await failThreeTransfers(browser, site.bankUrl);
    await until("E1042 in the Top-50 with three blocked customers", 30_000, async () => {
      const ranking = await call<{ items: Group[] }>("GET", "/errors");
      return ranking.items.find((group) => group.code === "E1042" && group.blockedCustomers === 3);
    });
    const opened = await until("the issue opened by the job", 40_000, async () => {
      const issues = await call<{ items: Issue[] }>("GET", "/issues");
      return issues.items.find((issue) => issue.evidence.code === "E1042");
    });
    await voiceIsHeard(call);

    const released = new Date(Date.now() - 4 * DAY_MS);
    await playOldRelease(site.collectorUrl, released);
    await releaseInDashboard(browser, site, { issue: opened, released });
    await playNewRelease(site.collectorUrl, released);

    const look = await until("the verdict", 150_000, async () => {
      const found = await call<{ verdict: string; latest: Look | null }>(
        "GET",
        `/issues/${opened.id}/verification`,
      );
      return found.verdict === "effective" && found.latest !== null ? found.latest : undefined;
    });
    expect(look.low).toBeLessThan(look.change);
    expect(look.change).toBeLessThan(look.high);
    expect(look.high).toBeLessThan(0);
    const closed = await call<Issue>("GET", `/issues/${opened.id}`);
    expect([closed.state, closed.closeReason]).toEqual(["closed", "effective"]);
    await verdictIsShown(browser, site, opened.id);
    await webhooksArrive(receiver.received, hook.secret);
    return { issueId: opened.id, fingerprint: opened.evidence.fingerprint };
  } finally {
    receiver.close();
  }
}

export function createCaller(apiUrl: string) {
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${apiUrl}/api/v1/projects/default${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answered = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${answered}`);
    return JSON.parse(answered) as Answer;
  };
}
export type Caller = ReturnType<typeof createCaller>;

/** Three customers fail a transfer with E1042; the last one says so in a survey. */
async function failThreeTransfers(browser: Browser, bankUrl: string): Promise<void> {
  const page = await browser.newPage({ locale: "zh-CN" });
  await page.goto(bankUrl);
  for (const name of ["li-wei", "wang-fang", "alex"]) {
    await page.getByTestId("new-customer").click();
    await page.getByTestId("sign-in-name").fill(name);
    await page.getByTestId("sign-in-submit").click();
    await page.getByTestId("switch-e1042").check();
    await page.getByTestId("nav-transfer").click();
    await page.getByTestId("transfer-amount").fill("250");
    await page.getByTestId("transfer-next").click();
    await page.getByTestId("transfer-confirm").click();
    await page.getByTestId("transfer-error").waitFor();
  }
  await page.getByTestId("nav-feedback").click();
  await page.getByTestId("nps-2").click();
  await page.getByTestId("feedback-comment").fill("转账总是失败，太慢了，非常失望");
  await page.getByTestId("feedback-submit").click();
  await page.close();
}

async function voiceIsHeard(call: Caller): Promise<void> {
  const voice = await until("the scored comment", 20_000, async () => {
    const voices = await call<{
      items: { comment: string; score: number; sentimentLabel: string; language: string }[];
    }>("GET", "/voices");
    return voices.items.find((item) => item.comment.includes("转账"));
  });
  expect(voice).toMatchObject({ score: 2, language: "zh", sentimentLabel: "negative" });
}

/** 8.0.1 before the release, and what is left of it after: one in ten is blocked. */
async function playOldRelease(url: string, released: Date): Promise<void> {
  const before = { prefix: "before", customers: 1_200, blockedEvery: 10, release: "8.0.1" };
  const remain = { prefix: "remain", customers: 300, blockedEvery: 10, release: "8.0.1" };
  await playTransfers(
    url,
    planTransfers({ ...before, from: new Date(released.getTime() - 10 * DAY_MS), to: released }),
  );
  await playTransfers(url, planTransfers({ ...remain, from: released, to: minutesAgo(5) }));
}

/** 8.0.2: one in a hundred. */
async function playNewRelease(url: string, released: Date): Promise<void> {
  const fixed = { prefix: "fixed", customers: 1_500, blockedEvery: 100, release: "8.0.2" };
  await playTransfers(url, planTransfers({ ...fixed, from: released, to: minutesAgo(5) }));
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** The person's part of the loop, in the dashboard: analysing, decided, released in 8.0.2. */
async function releaseInDashboard(
  browser: Browser,
  site: Site,
  { issue, released }: { issue: Issue; released: Date },
): Promise<void> {
  const page = await openDashboard(browser, site);
  await page.goto(`${site.apiUrl}/issues/${issue.id}`);
  await move(page, "Start analysing");
  await move(page, "Decide on a fix");
  await page.getByRole("button", { name: "Mark as released" }).click();
  await page.getByLabel("Release version").fill("8.0.2");
  await page.getByLabel("Released at").fill(inShanghai(released));
  await page.getByRole("dialog").getByRole("button", { name: "Mark as released" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.context().close();
}

async function move(page: Page, label: string): Promise<void> {
  await page.getByRole("button", { name: label }).click();
  await page.getByRole("dialog").getByRole("button", { name: label }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

/** A signed-in page in English. */
export async function openDashboard(browser: Browser, site: Site): Promise<Page> {
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`${site.apiUrl}/sign-in`);
  await page.getByLabel("E-mail").fill(site.adminEmail);
  await page.getByLabel("Password").fill(site.adminPassword);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  return page;
}

/** What a person types into a time field, which is in the project's zone. */
const inShanghai = (time: Date) => new Date(time.getTime() + 8 * 3_600_000).toISOString().slice(0, 16);

async function verdictIsShown(browser: Browser, site: Site, issueId: string): Promise<void> {
  const page = await openDashboard(browser, site);
  await page.goto(`${site.apiUrl}/issues/${issueId}`);
  await page.getByRole("status").getByText("Effective", { exact: true }).waitFor();
  await page.context().close();
}

async function webhooksArrive(received: { headers: object; body: string }[], secret: string): Promise<void> {
  const wanted = ["issue.opened", "issue.transitioned", "issue.verdict"];
  const types = () => received.map((message) => (JSON.parse(message.body) as { type: string }).type);
  await until("webhooks of the whole loop", 20_000, async () =>
    wanted.every((type) => types().includes(type)),
  );
  const verifier = new Webhook(secret);
  for (const { headers, body } of received) verifier.verify(body, headers as Record<string, string>);
}
