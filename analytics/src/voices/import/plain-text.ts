const TAG =
  /<\/?(?:a|b|i|u|p|br|hr|div|span|em|strong|ul|ol|li|h[1-6]|table|tbody|tr|td|th|img|font|pre|code|blockquote|html|body|head|meta|style|script|iframe)\b[^<>]*>/i;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** What a person would read: tags of HTML go, and control characters with them; other text stays as it is. */
export function plainText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is removed
  const clean = text.toWellFormed().replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, "");
  return (TAG.test(clean) ? withoutTags(clean) : clean).trim();
}

function withoutTags(html: string): string {
  return html
    .replaceAll(/<(script|style|head)\b[^<>]*>[\s\S]*?<\/\1>/gi, " ")
    .replaceAll(/<(?:br|\/p|\/div|\/li|\/tr|\/h[1-6])\b[^<>]*>/gi, "\n")
    .replaceAll(/<\/?[a-z!][^<>]*>/gi, " ")
    .replaceAll(/&(?:#(\d{1,6})|(\w{2,4}));/g, (match, code: string | undefined, name: string | undefined) =>
      code === undefined ? (ENTITIES[name ?? ""] ?? match) : String.fromCodePoint(Number(code)),
    )
    .replaceAll(/[ \t]+/g, " ")
    .replaceAll(/ ?\n[ \n]*/g, "\n");
}
