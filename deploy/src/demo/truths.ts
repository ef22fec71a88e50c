/**
 * What is planted in the simulated fortnight; docs/demo.md tells it in words, truths.test.ts asks Voxloop for each.
 * Probabilities are per attempt.
 */

export const DEMO = {
  seed: "voxloop-1",
  days: 14,
  customers: 4_200,
  service: "mobile-bank",
  environment: "production",
} as const;

export const FLOW = {
  signIn: "sign-in",
  transfer: "transfer",
  billPayment: "bill-payment",
  wealth: "wealth-purchase",
  cardActivation: "card-activation",
} as const;

/** Released before the fortnight, before it, and on its eighth day at ten in the morning, Shanghai time. */
export const RELEASE = { old: "8.0.0", broken: "8.0.1", fix: "8.0.2" } as const;

/** Truth 1: blocks the most customers, and 8.0.2 really fixes it: it never happens there. */
export const LIMIT_CHECK = {
  code: "E1042",
  flow: FLOW.transfer,
  step: "form",
  shown: { zh: "转账限额校验失败", en: "Transfer limit check rejected" },
  probability: 0.2,
  /** What the developers declare before they look. */
  expectedChange: -0.8,
  verdict: "effective",
} as const;

/** Truth 2: said to be fixed in 8.0.2, and is not. */
export const BILLER = {
  code: "E2210",
  flow: FLOW.billPayment,
  step: "pay",
  shown: { zh: "缴费单位返回超时", en: "The biller did not answer" },
  probability: 0.12,
  expectedChange: -0.9,
  verdict: "not_effective",
} as const;

/** Truth 3: more events and more customers than any other error, and every retry succeeds: it blocks nobody. */
export const NOISE = {
  type: "GatewayTimeoutError",
  flow: FLOW.signIn,
  probability: 0.15,
} as const;

/** Truth 4: the one-time password does not arrive; it costs the confirm step of transfers, mostly for `care` on `wechat`. */
export const PASSCODE = {
  code: "E1077",
  flow: FLOW.transfer,
  step: "confirm",
  shown: { zh: "验证码超时", en: "The verification code timed out" },
  audience: "care",
  channel: "wechat",
  probability: 0.5,
  probabilityElsewhere: 0.02,
} as const;

/** Truth 6: guidance at E2210 helps: who is shown it pays at a second try more often than who is held out of it. */
export const GUIDED = {
  seed: "voxloop-1/holdout",
  holdoutShare: 0.2,
  recovers: 0.34,
  recoversAlone: 0.1,
  /** Follow it, close it, do neither. */
  reactions: [0.45, 0.35, 0.2],
} as const;

/** The survey after use: which share of those who are shown it answers. */
export const SURVEY = { question: "recommend", responseRate: 0.36 } as const;

/** Truth 5: who met E1042 scores lower, and says why, in both languages. Shares of promoters, passives, detractors. */
export const SCORES = {
  others: [0.52, 0.31, 0.17],
  afterLimitCheck: [0.07, 0.19, 0.74],
  afterPasscode: [0.1, 0.26, 0.64],
  afterBiller: [0.17, 0.31, 0.52],
} as const;
