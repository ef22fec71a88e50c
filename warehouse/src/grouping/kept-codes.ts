/**
 * Codes are numbers that say what went wrong: they stay. Digits of what is kept are hidden from the masks as other
 * characters, and shown again at the end.
 */
export function keepCodes(text: string): string {
  if (!/\d/.test(text)) return text;
  let kept = text;
  for (const pattern of CODES) kept = kept.replaceAll(pattern, hideDigits);
  return kept;
}

export function showCodes(text: string): string {
  return text.replaceAll(/[\uE000-\uE009]/g, (character) => String(character.charCodeAt(0) - HIDDEN));
}

const HIDDEN = 0xe000;

function hideDigits(text: string): string {
  return text.replaceAll(/\d/g, (digit) => String.fromCharCode(HIDDEN + Number(digit)));
}

const CODES: readonly RegExp[] = [
  /(?<=\b(?:HTTP(?:\/\d(?:\.\d)?)?|status(?: ?code)?|状态码|响应码)["']? ?[:=]? ?)[1-5]\d\d\b/gi,
  /(?<=(?:\b(?:error|err|return|ret|result|exit|response|reason|biz)[ _-]?(?:code|no)|\berrno|\bSQLCODE|\bSQLSTATE|错误码|错误代码|错误编号|返回码|代码)["']? ?[:=是为]? ?[["'(]?)-?[A-Za-z]{0,12}[-_]?\d{1,8}\b/gi,
  /(?<="code" ?: ?"?)-?[A-Za-z]{0,12}[-_]?\d{1,8}\b/gi,
  /\b(?:ORA|TNS|PLS|SQL|ERR|AADSTS)[-_]?\d{3,6}\b/g,
  // What stands first and in brackets or before a colon.
  /(?<=^[[【(]?)[A-Z]{1,8}[-_]?\d{3,8}(?=[\]】):])/g,
];
