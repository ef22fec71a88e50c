import { ATTR, EVENT, type Guidance, type Survey } from "@voxloop/contract";
import { openApiClient, type ApiClient } from "./api-client.ts";
import type { Deps } from "@voxloop/analytics";
import { createRandom } from "./random.ts";
import type { Attributes, PromptIds, Session } from "./session.ts";
import { BILLER, GUIDED, SURVEY } from "./truths.ts";

const NAMES = {
  guidance: "缴费超时 · Biller timed out",
  survey: "转账后 NPS · NPS after use",
  afterError: "出错后满意度 · CSAT after an error",
};

type Content<Prompt> = Omit<Prompt, "id" | "version">;

const GUIDANCE: Content<Guidance> = {
  match: { code: BILLER.code, flow: BILLER.flow },
  audience: {},
  rolloutShare: 1,
  holdoutShare: GUIDED.holdoutShare,
  title: { "zh-CN": "缴费单位没有及时响应", en: "The biller did not answer in time" },
  body: {
    "zh-CN": "款项没有扣除，您可以放心重试：第二次通常会成功。",
    en: "No money has left your account. Try again: the second time usually works.",
  },
  action: { kind: "retry", label: { "zh-CN": "再试一次", en: "Try again" } },
};

const ALWAYS = { audience: {}, share: 1, daysAfterAny: 0, daysAfterThis: 0 };
const THANKS = { thanks: { "zh-CN": "谢谢您的反馈", en: "Thank you for telling us" } };

const NPS: Content<Survey> = {
  ...ALWAYS,
  ...THANKS,
  trigger: { event: EVENT.transaction, where: { [ATTR.outcome]: ["succeeded"] }, afterSeconds: 1 },
  questions: [
    {
      id: SURVEY.question,
      kind: "nps",
      isRequired: true,
      prompt: {
        "zh-CN": "您有多大可能向朋友推荐我们？",
        en: "How likely are you to recommend us to a friend?",
      },
      low: { "zh-CN": "完全不可能", en: "Not at all" },
      high: { "zh-CN": "非常可能", en: "Very likely" },
    },
    {
      id: "why",
      kind: "text",
      isRequired: false,
      prompt: { "zh-CN": "您打分的原因是什么？", en: "What is the reason for your score?" },
    },
  ],
};

const AFTER_ERROR: Content<Survey> = {
  ...ALWAYS,
  ...THANKS,
  trigger: { onError: true, afterSeconds: 1 },
  questions: [
    {
      id: "handled",
      kind: "csat",
      isRequired: true,
      prompt: { "zh-CN": "我们对这个问题的处理您满意吗？", en: "How well did we handle this problem?" },
      low: { "zh-CN": "很不满意", en: "Very badly" },
      high: { "zh-CN": "很满意", en: "Very well" },
    },
    {
      id: "wish",
      kind: "text",
      isRequired: false,
      prompt: { "zh-CN": "您希望当时看到什么？", en: "What would have helped you?" },
    },
  ],
};

/** Publishes the bank's guidance and surveys at a simulated time, or finds them there from an interrupted play. */
export async function publishPrompts(
  deps: Deps,
  { projectId, at }: { projectId: string; at: Date },
): Promise<PromptIds> {
  const api = await openApiClient({ ...deps, now: () => at }, { projectId, name: "demo-staff" });
  try {
    const guidanceId = await publish(api, "/guidance", { name: NAMES.guidance, content: GUIDANCE });
    const surveyId = await publish(api, "/surveys", { name: NAMES.survey, content: NPS });
    await publish(api, "/surveys", { name: NAMES.afterError, content: AFTER_ERROR });
    return { guidanceId, surveyId };
  } finally {
    await api.close();
  }
}

interface Saved {
  id: string;
  name: string;
  state: string;
  version: number;
}

async function publish(api: ApiClient, path: string, of: { name: string; content: object }): Promise<string> {
  const { items } = await api.get<{ items: Saved[] }>(`${path}?limit=100`);
  const found = items.find(({ name }) => name === of.name) ?? (await api.send<Saved>("POST", path, of));
  if (found.state === "draft")
    await api.send("POST", `${path}/${found.id}/publish`, { version: found.version });
  return found.id;
}

/** What the SDK does at the biller's error: it shows the guidance, or holds the customer out. True when it was shown. */
export function meetsGuidance(session: Session, attempt: { id: string }): boolean {
  const { customer, random } = session;
  const isHeldOut = createRandom(`${GUIDED.seed}/${customer.id}`).chance(GUIDED.holdoutShare);
  const tell = (action: string) =>
    session.emit(EVENT.guidance, { ...guidanceOf(session, attempt), [ATTR.guidanceAction]: action });
  tell(isHeldOut ? "held_out" : "shown");
  if (isHeldOut) return false;
  session.wait(2, 12);
  const reaction = ["followed", "dismissed", ""][random.weighted(GUIDED.reactions)] ?? "";
  if (reaction !== "") tell(reaction);
  return true;
}

function guidanceOf({ prompts, customer }: Session, attempt: { id: string }): Attributes {
  return {
    [ATTR.guidanceId]: prompts.guidanceId,
    [ATTR.guidanceVersion]: 1,
    [ATTR.promptLanguage]: customer.language === "zh" ? "zh-CN" : "en",
    [ATTR.causeCode]: BILLER.code,
    [ATTR.flow]: BILLER.flow,
    [ATTR.transactionId]: attempt.id,
  };
}
