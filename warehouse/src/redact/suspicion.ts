/** What a text may hold, told by one look at each character; a rule runs only where its suspicion stands. */
export const SUSPICION = { url: 1, email: 2, digits: 4, number: 8, word: 16 } as const;

const WORDS =
  /eyJ|bearer|basic|vxl_|vwk_|vss_|vsl_|AKIA|ASIA|gh[pousr]_|xox[abprs]-|passw|passphrase|pwd|secret|token|api[_-]?key|cvv|cvc|otp|pin|密码|口令|验证码/i;

/** As many digits as the shortest number that a rule removes has, an IBAN's included. */
const NUMBER_DIGITS = 8;
const FULL_WIDTH_ZERO = 0xff10;

/** The suspicions against a text, or-ed; 0 for nearly every one. */
export function suspect(text: string): number {
  let found = 0;
  let digits = 0;
  let inNumber = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) {
      digits += 1;
      if (++inNumber >= NUMBER_DIGITS) found |= SUSPICION.number;
    } else if (!isSeparator(code)) {
      inNumber = 0;
      if (code === 0x40) found |= SUSPICION.email;
      else if (code === 0x3a && text.startsWith("//", index + 1)) found |= SUSPICION.url;
    }
  }
  if (digits >= NUMBER_DIGITS) found |= SUSPICION.digits;
  return WORDS.test(text) ? found | SUSPICION.word : found;
}

function isDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= FULL_WIDTH_ZERO && code <= FULL_WIDTH_ZERO + 9);
}

/** What people write within a number: space, hyphen, parentheses (also full-width). */
function isSeparator(code: number): boolean {
  return (
    code === 0x20 || code === 0x2d || code === 0x28 || code === 0x29 || code === 0xff08 || code === 0xff09
  );
}
