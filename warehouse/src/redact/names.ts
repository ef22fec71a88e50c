const SECRET_WORDS = new Set(
  (
    "password passwd passphrase pwd secret token apikey authorization cookie cookies cvv cvc cvv2 pin pincode otp " +
    "privatekey credential credentials accesskey 密码 口令 验证码"
  ).split(" "),
);
const SECRET_PAIRS = /(?:api|private|access|session|secret|encryption)[._-]?key|(?:set)[._-]?cookie/i;
const ACCOUNT_NAMES = /(?:account|acct|iban|card)[._-]?(?:no|num|number)?$|账号|帐号|账户|卡号/i;
const URL_NAMES =
  /^(?:url\.|http\.(?:url|target|route)$|app\.screen\.name$|.*(?:url|uri|href|referrer|referer)$)/i;

interface Meaning {
  isSecret: boolean;
  isUrl: boolean;
  isAccount: boolean;
}

const KNOWN_MAX = 10_000;
let known = new Map<string, Meaning>();

/** Whether an attribute's name says that its value is a secret: by whole words, so `passive` or `tokens` are none. */
export function hasSecretName(name: string): boolean {
  return classify(name).isSecret;
}

/** Whether an attribute holds an address or a path, which may carry a query string without a scheme before it. */
export function isUrlName(name: string): boolean {
  return classify(name).isUrl;
}

/** Whether an attribute holds the number of a bank account or card, whatever form that has. */
export function hasAccountName(name: string): boolean {
  return classify(name).isAccount;
}

function classify(name: string): Meaning {
  const found = known.get(name);
  if (found !== undefined) return found;
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1.$2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  const kind = {
    isSecret: SECRET_PAIRS.test(name) || words.some((word) => SECRET_WORDS.has(word)),
    isUrl: URL_NAMES.test(name),
    isAccount: ACCOUNT_NAMES.test(name),
  };
  // Names are few; who sends ever new ones only makes us look again.
  if (known.size >= KNOWN_MAX) known = new Map();
  known.set(name, kind);
  return kind;
}
