import type { Guidance, Survey } from "@voxloop/contract";

export function guidanceOf(changes: Partial<Guidance> = {}): Guidance {
  return {
    id: "limit",
    version: 3,
    match: { code: "E1042" },
    audience: {},
    rolloutShare: 1,
    holdoutShare: 0,
    title: { en: "Your daily limit is reached", "zh-CN": "今日转账额度已用完" },
    body: {
      en: "You can raise it in the settings, or transfer the rest tomorrow.",
      "zh-CN": "您可以在设置中提高额度，或者明天再转剩余的金额。",
    },
    action: { kind: "link", label: { en: "Raise the limit", "zh-CN": "提高额度" }, url: "/settings/limits" },
    ...changes,
  };
}

export function surveyOf(changes: Partial<Survey> = {}): Survey {
  return {
    id: "after-transfer",
    version: 2,
    questions: [
      {
        id: "recommend",
        kind: "nps",
        prompt: {
          en: "How likely are you to recommend our transfers to a friend?",
          "zh-CN": "您有多大可能向朋友推荐我们的转账服务？",
        },
        isRequired: true,
        low: { en: "Not at all likely", "zh-CN": "完全不可能" },
        high: { en: "Extremely likely", "zh-CN": "非常可能" },
      },
    ],
    trigger: { event: "vox.transaction", where: { "vox.flow": ["transfer"], "vox.outcome": ["succeeded"] } },
    audience: {},
    share: 1,
    daysAfterAny: 30,
    daysAfterThis: 90,
    thanks: { en: "Thank you, that helps us", "zh-CN": "谢谢，这对我们很有帮助" },
    ...changes,
  };
}
