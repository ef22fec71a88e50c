import type { Calendar } from "./calendar.ts";
import { DAY_MS } from "./calendar.ts";
import type { ApiClient } from "./api-client.ts";
import { BILLER, DEMO, LIMIT_CHECK, RELEASE } from "./truths.ts";

/** What the bank's staff do about an issue, and when; `from` is the state in which they do it. */
interface Action {
  at: number;
  code: string;
  from: string;
  owner?: string;
  comment?: string;
  to?: "analysing" | "decided" | "released" | "closed";
  /** Declared with `released`. */
  expectedChange?: number;
}

const PRODUCT = "lin.wei@bank.example";
const APP = "sam.carter@bank.example";

/** Days after the start; an action without a day is done when 8.0.2 comes out. */
const PLAN: readonly (Omit<Action, "at"> & { day?: number })[] = [
  {
    day: 1.2,
    code: "E1042",
    from: "detected",
    to: "analysing",
    owner: PRODUCT,
    comment: "Customers with enough limit are refused. 限额足够的客户也被拒绝，先查限额服务。",
  },
  {
    day: 2.1,
    code: "E2210",
    from: "detected",
    to: "analysing",
    owner: APP,
    comment: "The app waits 10 s, some billers answer later. 部分缴费单位响应慢。",
  },
  {
    day: 3,
    code: "E3105",
    from: "detected",
    to: "closed",
    comment: "Works as designed: there is no money. 业务正常拒绝。",
  },
  {
    day: 4,
    code: "E1042",
    from: "analysing",
    to: "decided",
    comment: "8.0.2 reads the new limit service. 改用新限额服务。",
  },
  { day: 5, code: "E2210", from: "analysing", to: "decided", comment: "8.0.2 waits 30 s instead of 10 s." },
  { code: "E1042", from: "decided", to: "released", expectedChange: LIMIT_CHECK.expectedChange },
  { code: "E2210", from: "decided", to: "released", expectedChange: BILLER.expectedChange },
  {
    day: 9.5,
    code: "E1077",
    from: "detected",
    to: "analysing",
    owner: PRODUCT,
    comment: "The funnel names it at confirm: care mode on WeChat. 关怀版微信端短信通道待查。",
  },
];

export function planStaff({ start, fixReleasedAt }: Calendar): Action[] {
  return PLAN.map(({ day, ...action }) => ({
    ...action,
    at: day === undefined ? fixReleasedAt : start + day * DAY_MS,
  }));
}

/** Does one action through the API, unless the issue is not there or has moved on, as after an interrupted seeding. */
export async function act(
  api: ApiClient,
  { at, code, from, owner, comment, to, expectedChange }: Action,
): Promise<void> {
  const issue = await api.findIssue(code);
  if (issue === undefined || issue.state !== from) return;
  const path = `/issues/${issue.id}`;
  let { version } = issue;
  if (owner !== undefined)
    ({ version } = await api.send<{ version: number }>("PATCH", path, { version, owner }));
  if (comment !== undefined) await api.send("POST", `${path}/comments`, { text: comment });
  if (to === undefined) return;
  ({ version } = await api.get<{ version: number }>(path));
  await api.send("POST", `${path}/transitions`, {
    version,
    to,
    ...(to === "closed" && { reason: "accepted" }),
    ...(to === "released" && {
      plan: { expectedChange },
      release: {
        version: RELEASE.fix,
        service: DEMO.service,
        environment: DEMO.environment,
        releasedAt: new Date(at).toISOString(),
      },
    }),
  });
}
