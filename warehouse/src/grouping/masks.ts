/** Replaces what a message varies by. */
export interface Mask {
  pattern: RegExp;
  by: string;
  /** A text without it cannot match, which is quicker to see. */
  needs: string;
}

/** Stands for a value while masks are at work: one character that no message has, so that none takes it apart. */
export const VALUE = "\uE0FF";

/** What nobody sees, and what stands for something here. */
export const UNSEEN = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uE000-\uE0FF]/g;

const mask = (needs: string, pattern: RegExp, by: string = VALUE): Mask => ({ needs, pattern, by });

export function applyMasks(text: string, masks: readonly Mask[]): string {
  let masked = text;
  for (const { needs, pattern, by } of masks)
    if (masked.includes(needs)) masked = masked.replaceAll(pattern, by);
  return masked;
}

/** In an address, up to what ends it in running text of either language. */
const IN_URL = String.raw`[^\s"'<>()\]}，。；、,;]`;

/** Values that hold marks which a later mask would take apart. Every repetition is of one class and bounded. */
export const WHOLES: readonly Mask[] = [
  // What the collector put in the place of something personal.
  mask("]", /\[(?:token|secret|email|resident id|card|iban|account|phone|query)\]/g),
  // Of an address its path says what was asked for; the server does not, and ids and queries are values.
  mask("://", new RegExp(String.raw`\b(?:https?|wss?):\/\/[^\s/"'<>?#，。；、,;]{1,253}(?=[/?#]|\b)`, "gi")),
  mask(
    VALUE,
    new RegExp(String.raw`(?<=\uE0FF(?:\/[\w.%~+@:-]{0,100}){0,20})[?#]${IN_URL}{0,1000}`, "g"),
    "",
  ),
  mask("://", new RegExp(String.raw`\b[a-z][a-z0-9+.:-]{1,30}:\/\/${IN_URL}{1,1000}`, "gi")),
  mask("@", /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g),
  // What JSON says under the names that say what went wrong stays; the rest of its texts are values.
  mask(
    '"',
    /(?<="(?:code|err_?code|error_?code|err_?msg|error_?message|message|msg|error|reason|type|title|detail|status)"\s?:\s?)"([^"]{0,300})"/gi,
    "$1",
  ),
  mask(
    "",
    /"[^"]{0,400}"|“[^”]{0,400}”|‘[^’]{0,400}’|「[^」]{0,400}」|『[^』]{0,400}』|《[^》]{0,400}》|`[^`]{0,400}`/g,
  ),
  mask("'", /(?<=^|[\s([{=:,])'[^']{0,400}'(?!\w)/g),
  mask("-", /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi),
  mask(
    "",
    /\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\b)?)?/g,
  ),
  mask("年", /\d{4}年\d{1,2}月\d{1,2}[日号]?(?: ?(?:上午|下午)?\d{1,2}[:时点]\d{1,2}(?:[:分]\d{0,2}秒?)?)?/g),
  mask(
    "",
    /(?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}\b(?:,? \d{4}\b)?/g,
  ),
  mask(":", /(?<![\w:])\[?(?=[0-9a-f:]{0,39}\d)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}\]?(?!\w)/gi),
  mask("\\", /\b[A-Za-z]:\\[^\s"'<>|*?,;]{1,300}/g),
  // A file's path, by where it starts or by its ending; other paths are those of an interface, whose words stay.
  mask(
    "/",
    /(?<![\w/.\uE0FF])\/(?:Users|usr|var|tmp|etc|opt|mnt|srv|root|proc|sdcard)\/[\w.@%+~$:-]{0,200}(?:\/[\w.@%+~$:-]{0,200}){0,40}/g,
  ),
  mask(
    "/",
    /(?<![\w/.\uE0FF])(?:\/[\w.@%+~$:-]{1,200}){1,40}\.(?!(?:do|action|php|aspx?|jsp|html?|json|mvc|ashx|cgi)\b)[a-z]\w{0,9}\b/gi,
  ),
  // A value after its name; of codes, kinds and yes or no the value is what was said.
  mask(
    "=",
    /(?<=\b(?!\w{0,60}(?:code|error|err|reason|status|type|exception|cause|kind|result|method|action)\s?=)[A-Za-z_][\w.]{0,60}\s?=\s?)(?!(?:true|false)\b)[^\s,;(){}[\]=]{1,400}/gi,
  ),
  // Names of servers. Those of classes stay: which class was not found is what went wrong.
  mask(
    ".",
    /(?<![\w.@-])(?:[\w-]{1,63}\.){1,8}(?:com|net|org|cn|(?:com|co|org|net|gov|ac|edu)\.[a-z]{2})\b(?![\w.(])/gi,
  ),
];

const UNITS = "[KMGTP]i?B|B|ms|us|µs|ns|s|m|h|d|%|px";

/** Chinese numbers where a word beside them tells that they are some, and what belongs to a number in digits. */
export const NUMERALS: readonly Mask[] = [
  mask(VALUE, /\uE0FF[百千万亿]{1,4}/g),
  mask("", /[〇零一二两三四五六七八九十百千万亿]{1,20}(?=[次个笔元天秒条位张人页件步]|小时|分钟|毫秒|美元)/g),
  mask("第", /(?<=第)[〇零一二两三四五六七八九十百千万亿]{1,20}/g),
  mask(VALUE, /(?:[¥$€£₩]|(?:CNY|RMB|USD|EUR|HKD|人民币)) ?\uE0FF(?:,\uE0FF)*/g),
  mask(VALUE, new RegExp(String.raw`\uE0FF ?(?:${UNITS})\b`, "g")),
];

/** Names of people and machines, which have no marks of their own. */
export const TEXT_MASKS: readonly Mask[] = [
  mask(
    VALUE,
    /(?<=\b(?:user|(?:password|passcode|login|session|access|publickey|authentication) for) )[\w.\uE0FF-]{1,64}(?= from \uE0FF)/g,
  ),
  mask("user ", /(?<=\buser )[\w.\uE0FF-]{1,64}(?= \[)/g),
];

/** Several values in a row are one: how many there are is a value too. */
export const LISTS: readonly Mask[] = [
  mask(VALUE, /[-+]?\uE0FF(?:(?:, ?| ?\| ?| |\/|:|-|\.|;)[-+]?\uE0FF){1,200}/g),
];
