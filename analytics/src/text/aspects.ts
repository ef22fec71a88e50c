import type { Language } from "./language.ts";

/** What customers of a bank talk about. */
export const ASPECTS = [
  "login",
  "transfer",
  "payment",
  "loans",
  "wealth",
  "speed",
  "stability",
  "design",
  "service",
  "security",
  "fees",
] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Words that tell an aspect, Chinese as they stand, English as whole words with their endings. */
const WORDS: Record<Aspect, { zh: string; en: string }> = {
  login: {
    zh: "登录|登陆|登不上|登入|验证码|指纹|人脸|刷脸|密码|账号|注册",
    en: "log(?:ging|ged)? ?in|log ?on|sign(?:ing|ed)? ?in|face ?id|touch ?id|fingerprint|password|passcode|otp|verification code",
  },
  transfer: { zh: "转账|转帐|汇款|转不出|到账|到帐|收款|限额", en: "transfer|remit|wire|payee|zelle|limit" },
  payment: {
    zh: "支付|付款|缴费|扫码|还款|扣款|账单|充值",
    en: "pay|payment|bill|checkout|qr|deposit|debit",
  },
  loans: { zh: "贷款|借款|借钱|额度|房贷|车贷|信用卡", en: "loan|mortgage|credit card|borrow|overdraft|apr" },
  wealth: {
    zh: "理财|基金|存款|收益|股票|定期|黄金|保险",
    en: "invest|fund|saving|interest|stock|portfolio|insurance|wealth",
  },
  speed: {
    zh: "慢|卡顿|很卡|太卡|快|秒到|转圈|延迟|流畅|等待",
    en: "slow|fast|quick|speed|lag|loading|load|wait|instant|delay",
  },
  stability: {
    zh: "闪退|崩溃|死机|打不开|报错|出错|错误|失败|故障|黑屏|白屏|更新|用不了|没反应",
    en: "crash|freez|froze|bug|glitch|error|fail|broke|broken|down|update|hang|unstable|outage",
  },
  design: {
    zh: "界面|设计|布局|字体|操作|功能|找不到|页面|广告|简洁|复杂|方便",
    en: "design|interface|layout|ui|navigat|menu|font|screen|look|easy to use|user friendly|confusing|ads?",
  },
  service: {
    zh: "客服|服务|人工|态度|网点|柜台|投诉|经理|电话",
    en: "service|support|agent|staff|representative|branch|call|chat|complaint",
  },
  security: {
    zh: "安全|盗刷|诈骗|隐私|泄露|被盗|风险|冻结|风控",
    en: "secur|safe|fraud|scam|privacy|hack|stolen|breach|locked",
  },
  fees: { zh: "手续费|费用|收费|扣费|年费|利息|汇率", en: "fee|charge|cost|price|rate|expensive|free" },
};

const PATTERNS: readonly (readonly [Aspect, { zh: RegExp; en: RegExp }])[] = ASPECTS.map((aspect) => [
  aspect,
  {
    zh: new RegExp(WORDS[aspect].zh),
    en: new RegExp(`\\b(?:${WORDS[aspect].en})(?:s|es|ed|ing|er|ion|ions|e|y|ity|ment|ments)?\\b`, "i"),
  },
]);

const CLAUSE_END: Record<"zh" | "en", RegExp> = {
  zh: /[，。！？；、,.!?;~\n…]+|但是|但|不过|可是|然而/,
  en: /[.!?;,()\n]+|\b(?:but|however|although|though|yet|while)\b/i,
};
/** A text that names more is a list, or a page that somebody pasted. */
const CLAUSES_MAX = 60;

/** The clauses of a text that speak of each aspect, in the text's order. */
export function aspectClauses(text: string, language: Exclude<Language, "">): Map<Aspect, string[]> {
  const found = new Map<Aspect, string[]>();
  for (const clause of text.split(CLAUSE_END[language]).slice(0, CLAUSES_MAX)) {
    if (clause === undefined || clause.trim() === "") continue;
    for (const [aspect, pattern] of PATTERNS) {
      // An English word within a Chinese comment says the same.
      if (!pattern[language].test(clause) && !pattern.en.test(clause)) continue;
      found.set(aspect, [...(found.get(aspect) ?? []), clause.trim()]);
    }
  }
  return found;
}
