/** Whether digits are a payment card's: length and prefix of a network (UnionPay 62, Visa 4, ...) and the Luhn check (ISO/IEC 7812-1). */
export function isCardNumber(text: string): boolean {
  const digits = toAsciiDigits(text);
  return CARD_PREFIX.test(digits) && digits.length >= 13 && digits.length <= 19 && passesLuhn(digits);
}

// 9558 and 6013 are old ranges of ICBC and the Bank of China; 35 is JCB.
const CARD_PREFIX = /^(?:4|5[0-8]|2[2-7]|3[04-9]|6|9558)/;

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const RESIDENT_ID_SHAPE = /^[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/;
const RESIDENT_ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Whether text is a Chinese resident identity number: region, birth date and check character (GB 11643-1999). */
export function isResidentId(text: string): boolean {
  const id = toAsciiDigits(text.toUpperCase().replaceAll("Ｘ", "X"), /[^0-9X]/g);
  if (!RESIDENT_ID_SHAPE.test(id)) return false;
  const sum = RESIDENT_ID_WEIGHTS.reduce((total, weight, index) => total + weight * Number(id[index]), 0);
  return "10X98765432"[sum % 11] === id[17];
}

/** Whether text is an International Bank Account Number: 15 to 34 characters and the check of ISO 13616 (ISO/IEC 7064, mod 97-10). */
export function isIban(text: string): boolean {
  const iban = text.replaceAll(/[ -]/g, "");
  if (iban.length < 15 || iban.length > 34) return false;
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

function toAsciiDigits(text: string, drop = /[^0-9]/g): string {
  return text
    .replaceAll(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replaceAll(drop, "");
}
