type Phrases = Record<"zh" | "en", readonly string[]>;

/** What customers write, by what happened to them and how they scored it. */
export const COMMENTS: Record<"limit" | "passcode" | "biller" | "glad" | "soso" | "cross", Phrases> = {
  limit: {
    zh: [
      "转账一直失败，提示限额校验失败，很失望",
      "限额明明够，却说限额校验失败，太麻烦了",
      "转账报错，试了两次都不行，耽误事",
      "又是限额校验失败，转不了账，差评",
      "转账失败，客服也说不清楚原因，非常不满",
      "急着转钱，系统拒绝，太糟糕了",
      "限额校验有问题，一直报错，转不出去",
    ],
    en: [
      "Transfer keeps failing with a limit error, very frustrating",
      "Says my limit was rejected although it is high enough. Terrible",
      "Could not send money, the limit check failed twice",
      "The transfer was rejected again and nobody can tell me why",
      "Limit check error every time, I am really disappointed",
      "Urgent transfer refused by the app, awful experience",
    ],
  },
  passcode: {
    zh: [
      "验证码收不到，转账超时失败",
      "等了一分多钟验证码才超时，太慢了",
      "老人不会操作，验证码又收不到，很麻烦",
      "验证码一直超时，没办法转账，失望",
    ],
    en: [
      "The verification code never arrived, transfer failed",
      "Waited over a minute for the code, then it timed out. Slow",
      "No code, no transfer. Very annoying",
    ],
  },
  biller: {
    zh: [
      "缴费失败，一直超时",
      "电费交不了，提示超时，太差了",
      "缴费单位没反应，钱到底扣了没有，担心",
      "生活缴费经常失败，不好用",
    ],
    en: [
      "Could not pay my electricity bill, it timed out",
      "Bill payment failed and I do not know if I was charged, worried",
      "Paying bills is unreliable, error again",
    ],
  },
  glad: {
    zh: [
      "转账很快，操作方便，点赞",
      "界面清爽，好用",
      "到账快，很满意",
      "功能齐全，非常方便",
      "新版本流畅多了，不错",
      "生活缴费很方便，省心",
      "关怀模式字大，老人也会用，贴心",
    ],
    en: [
      "Fast and easy to use, great app",
      "Transfers are quick, love it",
      "Clean design and everything works well",
      "Very convenient, I recommend it",
      "The new version is smooth, good job",
      "Paying bills is simple and reliable",
    ],
  },
  soso: {
    zh: ["总体还行", "希望能记住常用收款人", "今天办理了转账业务", "功能比较多，要找一下"],
    en: [
      "It does what it should",
      "I would add a dark mode",
      "Used it for a transfer today",
      "There is a lot in the menu",
    ],
  },
  cross: {
    zh: ["打开太慢，经常卡顿", "广告太多，不好用", "找不到想要的功能，太复杂", "闪退了两次，失望"],
    en: [
      "Slow to open and it crashes",
      "Too many banners, annoying",
      "Confusing menu, I could not find anything",
      "The app froze twice, disappointing",
    ],
  },
};
