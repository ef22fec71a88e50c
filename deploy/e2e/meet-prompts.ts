import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { until, WRITE_KEY } from "./voxloop-process.ts";
import { createCaller, openDashboard, type Caller, type Site } from "./walk-the-loop.ts";

const RECOVERY_SECONDS = 8;

/** Guidance helps a customer through an error, a survey asks another after one: in the bank, in the reports, in the dashboard. */
export async function meetPrompts(browser: Browser, site: Site): Promise<void> {
  const call = createCaller(site.apiUrl);
  // So that the window of an error is over while the test waits.
  await call("PATCH", "", { recoveryWindowSeconds: RECOVERY_SECONDS });
  const guidance = await publish(call, "/guidance", GUIDANCE);
  const survey = await publish(call, "/surveys", SURVEY);
  await until("the published prompts at the collector", 20_000, async () => {
    const config = await fetch(`${site.collectorUrl}/v1/config?key=${WRITE_KEY}`);
    const text = await config.text();
    return text.includes(guidance) && text.includes(survey) ? true : undefined;
  });
  const page = await browser.newPage({ locale: "en-GB" });
  await followGuidance(page, site.bankUrl);
  await answerSurvey(page);
  await until("the customer whom the guidance helped through", 30_000, async () => {
    const { total } = await call<Recovery>("GET", `/guidance/${guidance}/recovery`);
    return total.shown.recovered === 1 && total.followed === 1 ? true : undefined;
  });
  await until("the answer in the survey's results", 20_000, async () => {
    const { total } = await call<Results>("GET", `/surveys/${survey}/results`);
    return total.answered === 1 && total.questions[0]?.answers === 1 ? true : undefined;
  });
  await page.close();
  await lookAtBoth(browser, site, { guidance, survey });
}

interface Recovery {
  total: { shown: { recovered: number }; followed: number };
}
interface Results {
  total: { answered: number; questions: { answers: number }[] };
}

const GUIDANCE = {
  name: "Biller timed out",
  content: {
    match: { code: "E2210" },
    audience: {},
    rolloutShare: 1,
    holdoutShare: 0,
    title: { en: "The biller did not answer", "zh-CN": "缴费单位没有响应" },
    body: { en: "No money has left your account." },
    action: { kind: "retry", label: { en: "Try once more", "zh-CN": "再试一次" } },
  },
};

const SURVEY = {
  name: "After an error",
  content: {
    questions: [
      { id: "handled", kind: "csat", isRequired: true, prompt: { en: "How well did we handle this?" } },
    ],
    trigger: { onError: true },
    audience: {},
    share: 1,
    daysAfterAny: 0,
    daysAfterThis: 0,
    thanks: { en: "Thank you, we read this" },
  },
};

async function publish(call: Caller, path: string, prompt: object): Promise<string> {
  const { id, version } = await call<{ id: string; version: number }>("POST", path, prompt);
  await call("POST", `${path}/${id}/publish`, { version });
  return id;
}

async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByTestId("new-customer").click();
  await page.getByTestId("sign-in-name").fill(name);
  await page.getByTestId("sign-in-submit").click();
}

/** The bill fails, the guidance says to try again, and the second try succeeds. */
async function followGuidance(page: Page, bankUrl: string): Promise<void> {
  const config = page.waitForResponse((answer) => answer.url().includes("/v1/config"));
  await page.goto(bankUrl);
  await config;
  await signInAs(page, "mei-lin");
  await page.getByTestId("switch-e2210").check();
  await page.getByTestId("nav-bill").click();
  await page.getByTestId("pay-power").click();
  await page.getByRole("button", { name: "Try once more" }).click();
  await page.getByTestId("pay-power").waitFor({ state: "detached" });
}

/** Another customer, in a session of his own, meets an error that no guidance answers. */
async function answerSurvey(page: Page): Promise<void> {
  await signInAs(page, "tom");
  await page.getByTestId("switch-e1042").check();
  await page.getByTestId("nav-transfer").click();
  await page.getByTestId("transfer-amount").fill("250");
  await page.getByTestId("transfer-next").click();
  await page.getByTestId("transfer-confirm").click();
  const survey = page.locator("voxloop-prompt");
  await survey.getByRole("radio", { name: "2", exact: true }).check();
  await survey.getByRole("button", { name: "Send" }).click();
  await survey.getByText("Thank you, we read this").waitFor();
}

async function lookAtBoth(
  browser: Browser,
  site: Site,
  ids: { guidance: string; survey: string },
): Promise<void> {
  const page = await openDashboard(browser, site);
  await page.goto(`${site.apiUrl}/guidance?guidance=${ids.guidance}`);
  const shown = page.getByRole("row", { name: /Shown version 1/ });
  await shown.waitFor();
  expect(await shown.textContent()).toContain("1 followed it");
  await page.goto(`${site.apiUrl}/surveys?survey=${ids.survey}`);
  await page.getByRole("heading", { name: "How well did we handle this?" }).waitFor();
  await page.context().close();
}
