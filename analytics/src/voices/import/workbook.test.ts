import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { Problem } from "../../http/problem.ts";
import { openWorkbook } from "./workbook.ts";

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const WORKBOOK = `<workbook xmlns:r="x"><sheets><sheet name="notes" sheetId="1" state="hidden" r:id="rId1"/><sheet name="voices" sheetId="2" r:id="rId2"/></sheets></workbook>`;
const RELATIONS = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>`;
const STYLES = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`;
const STRINGS = `<sst><si><t>id</t></si><si><t xml:space="preserve">time </t></si><si><r><t>com</t></r><r><rPr><b/></rPr><t>ment</t></r><rPh><t>x</t></rPh></si><si/><si><t>a &amp; b_x000D_
c</t></si></sst>`;

function workbook(rows: string, after = ""): Uint8Array {
  return zipSync({
    "xl/workbook.xml": strToU8(WORKBOOK),
    "xl/_rels/workbook.xml.rels": strToU8(RELATIONS),
    "xl/styles.xml": strToU8(STYLES),
    "xl/worksheets/sheet1.xml": strToU8("<worksheet/>"),
    "xl/worksheets/sheet2.xml": strToU8(`<worksheet><sheetData>${rows}</sheetData>${after}</worksheet>`),
    "xl/sharedStrings.xml": strToU8(STRINGS),
  });
}

const HEADER = `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="D2" t="s"><v>2</v></c></row>`;

const rowOf = (n: number, id: string) => `<row r="${n}">${id}<c r="D${n}" t="s"><v>4</v></c></row>`;

async function read(bytes: Uint8Array) {
  const file = await openWorkbook(once(bytes));
  const rows: unknown[] = [];
  for await (const { row, cells, problem } of file.records)
    rows.push([row, ...cells.values(), problem ?? ""]);
  return { columns: file.columns, rows };
}

test("cells of every kind are read where they are", async () => {
  const rows = `<row r="1"/>${HEADER}<row r="4"><c r="A4"><v>7</v></c><c r="B4" s="1"><v>46132.5</v></c><c r="D4" t="s"><v>4</v></c></row><row r="5"/><row r="6"><c r="A6" t="str"><v>x&lt;y</v></c><c r="B6" s="2"><v>46132</v></c><c r="D6" t="inlineStr"><is><t>很好</t></is></c></row><row r="7"><c r="A7" t="b"><v>1</v></c><c r="B7" s="3"><v>46132.5</v></c><c r="C7"/></row>`;
  expect(await read(workbook(rows))).toEqual({
    columns: ["id", "time", "", "comment"],
    rows: [
      [4, "7", "2026-04-20T12:00:00", "a & b\r\nc", ""],
      [6, "x<y", "2026-04-20T00:00:00", "很好", ""],
      [7, "true", "46132.5", "", ""],
    ],
  });
});

test("rows of which a cell is merged with one above are named", async () => {
  const rows =
    HEADER + rowOf(3, `<c r="A3"><v>1</v></c>`) + rowOf(4, "") + rowOf(5, `<c r="A5"><v>2</v></c>`);
  const merged = `<mergeCells count="2"><mergeCell ref="A1:D1"/><mergeCell ref="A3:A4"/></mergeCells>`;
  expect((await read(workbook(rows, merged))).rows.map((one) => (one as string[]).at(-1))).toEqual([
    "",
    "has cells merged with the row above (A3:A4): give each row its own",
    "",
  ]);
});

test("a large sheet is read in order over the pieces it unpacks in", async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, i) =>
      `<row r="${i + 3}"><c r="A${i + 3}"><v>${i}</v></c><c r="D${i + 3}" t="inlineStr"><is><t>said ${i * 7919}</t></is></c></row>`,
  );
  const found = await read(workbook(HEADER + rows.join("")));
  expect(found.rows).toEqual(rows.map((_, i) => [i + 3, String(i), "", `said ${i * 7919}`, ""]));
});

test.each([
  ["no zip", Buffer.from("PK, but not really")],
  ["an empty zip", zipSync({})],
  ["a damaged zip", workbook(HEADER).subarray(0, 400)],
])("%s is refused", async (_, bytes) => {
  await expect(openWorkbook(once(bytes))).rejects.toThrow(Problem);
});
