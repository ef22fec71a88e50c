const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text of XML's characters and of Excel's own escapes (`_x000D_`). */
export function xmlText(text: string): string {
  return text
    .replaceAll(
      /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi,
      (match, ...groups: (string | undefined)[]) => {
        const [hex, decimal, name] = groups;
        if (name !== undefined) return ENTITIES[name] ?? match;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code <= 0x10_ff_ff ? String.fromCodePoint(code) : match;
      },
    )
    .replaceAll(/_x([0-9A-F]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

export function attributeOf(tag: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return value === null ? undefined : xmlText(value[1] ?? value[2] ?? "");
}

/** The text of an element with rich text, without what says how it is pronounced. */
export function richText(xml: string): string {
  const spoken = xml.replaceAll(/<(?:\w+:)?rPh\b[\s\S]*?<\/(?:\w+:)?rPh>/g, "");
  return [...spoken.matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<\/(?:\w+:)?t>/g)]
    .map(([, text]) => xmlText(text ?? ""))
    .join("");
}

/** Texts that cells point at, in their order. */
export function sharedTexts(xml: string): string[] {
  return [...xml.matchAll(/<(?:\w+:)?si(?:\s[^>]*)?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?si>)/g)].map(([, inner]) =>
    richText(inner ?? ""),
  );
}

/** ECMA-376 part 1, 18.8.30: formats that are dates or times wherever the workbook is opened. */
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Which of a workbook's cell styles show a number as a date. */
export function dateStyles(xml: string): Set<number> {
  const dates = new Set<number>();
  for (const [tag] of xml.matchAll(/<(?:\w+:)?numFmt\b[^>]*>/g)) {
    const code = (attributeOf(tag, "formatCode") ?? "").replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, "");
    if (/[ymdhs年月日]/i.test(code) && !/general/i.test(code))
      dates.add(Number(attributeOf(tag, "numFmtId")));
  }
  const styles = /<(?:\w+:)?cellXfs\b[\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(xml)?.[0] ?? "";
  const formats = [...styles.matchAll(/<(?:\w+:)?xf\b[^>]*>/g)].map(([tag]) =>
    Number(attributeOf(tag, "numFmtId")),
  );
  return new Set(formats.flatMap((id, style) => (isBuiltInDate(id) || dates.has(id) ? [style] : [])));
}

const DAY_MS = 86_400_000;

/** Days since the workbook's epoch as the clock showed it, without a zone. 1900 was no leap year, though Excel counts one. */
export function dateOfSerial(serial: number, is1904: boolean): string {
  const epoch = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const time = new Date(epoch + Math.round(serial * DAY_MS));
  return Number.isNaN(time.getTime()) ? String(serial) : time.toISOString().slice(0, 19);
}
