interface SimulatedSearch {
  query: string;
  /** How many functions the app finds. */
  results: number;
  /** The screen behind the first of them. */
  target: string;
}

const found = (query: string, results: number, target: string): SimulatedSearch => ({
  query,
  results,
  target,
});
const nothing = (query: string): SimulatedSearch => ({ query, results: 0, target: "" });

/** What customers look for in the app; some of it is not there. */
export const SEARCHES: Record<"zh" | "en", readonly SimulatedSearch[]> = {
  zh: [
    found("转账", 6, "transfer"),
    found("转账限额", 3, "limits"),
    found("水电费", 4, "bills"),
    found("交电费", 4, "bills"),
    found("余额", 5, "account"),
    found("流水", 3, "statements"),
    found("信用卡还款", 5, "cards"),
    found("定期存款", 8, "wealth"),
    found("网点", 2, "branch-finder"),
    nothing("数字人民币红包"),
    nothing("养老金认证"),
    nothing("ETC 解绑"),
  ],
  en: [
    found("transfer", 6, "transfer"),
    found("transfer limit", 3, "limits"),
    found("electricity bill", 4, "bills"),
    found("balance", 5, "account"),
    found("statement pdf", 2, "statements"),
    found("credit card", 5, "cards"),
    found("exchange rate", 3, "rates"),
    nothing("apple pay"),
    nothing("proof of funds letter"),
  ],
};
