import type { Look } from "./look.ts";

/** What prompts say themselves. */
const WORDS = {
  en: {
    close: "Close",
    understood: "Got it",
    next: "Next",
    send: "Send",
    optional: " (optional)",
    missing: "Please answer first",
    privacy: "Please leave out card numbers and passwords",
    thanks: "Thank you for your feedback",
  },
  "zh-CN": {
    close: "关闭",
    understood: "知道了",
    next: "下一题",
    send: "提交",
    optional: "（选填）",
    missing: "请先回答此题",
    privacy: "请勿填写卡号、密码等信息",
    thanks: "感谢您的反馈",
  },
};

export type Words = (typeof WORDS)["en"];

export function wordsOf({ language }: Look): Words {
  return WORDS[language];
}
