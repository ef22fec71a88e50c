// No look-behind anywhere: Safari before 16.4 and old web views refuse to parse it, and with it the whole bundle.
const SUSPICIOUS = /\d{3}|@|:\/\//;
const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
const DIGITS = /(^|[^\d.])([1-9]\d(?:[ -]?\d){11,16}[ -]?[\dXx])(?![\dXx])/g;
/** International; mobile, as in China; and as in North America. */
const PHONE =
  /\+\d(?:[ ().-]{0,2}\d){7,14}(?!\d)|(^|[^\d.])(?:86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)|(^|[^\d-])\(?[2-9]\d\d\)?[ .-]\d{3}[.-]\d{4}(?![\d-])/g;
// The query is optional, so that every address is consumed: else a text full of addresses is read once for each.
const URL_QUERY = /(\b\w+:\/\/[^\s?#"')]*)(?:[?#][^\s"')]*?((?::\d{1,9}){0,2})(?=[\s"')]|$))?/g;
const SECRET_NAME =
  /passw|passcode|secret|token|authori[sz]ation|api.?key|cookie|credential|(^|[._-])(pin|pwd|otp|cv[vc]2?)$/i;

/** True when an attribute of this name holds a secret whatever its value is. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The text without card numbers, Chinese resident ids, phone numbers, e-mail addresses and query strings of URLs. */
export function redact(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .replace(URL_QUERY, "$1$2")
    .replace(EMAIL, "[email]")
    .replace(DIGITS, (match, before: string, number: string) => {
      const digits = number.replace(/[ -]/g, "");
      if (isResidentId(digits)) return `${before}[id]`;
      return isCard(digits) ? `${before}[card]` : match;
    })
    .replace(PHONE, "$1$2[phone]");
}

/** Card number by length, first digit and Luhn's check digit (ISO/IEC 7812-1). Unix milliseconds begin with 1: no card does. */
export function isCard(digits: string): boolean {
  if (!/^[2-6]\d{13,18}$/.test(digits)) return false;
  return sumOf(digits, (digit, left) => (left % 2 ? digit : digit * 2 - (digit > 4 ? 9 : 0))) % 10 === 0;
}

/** Resident id of the People's Republic of China, by its check character (GB 11643-1999, ISO 7064 MOD 11-2). */
function isResidentId(digits: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/i.test(digits)) return false;
  const sum = sumOf(digits.slice(0, 17), (digit, left) => digit * (2 ** left % 11));
  return "10X98765432"[sum % 11] === digits[17]?.toUpperCase();
}

/** `weigh` sees each digit, and how many are left, itself included. */
function sumOf(digits: string, weigh: (digit: number, left: number) => number): number {
  return Array.from(digits, (digit, index) => weigh(Number(digit), digits.length - index)).reduce(
    (a, b) => a + b,
  );
}
