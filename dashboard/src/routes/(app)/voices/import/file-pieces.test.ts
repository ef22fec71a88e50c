import { expect, test } from "vitest";
import { piecesOf, type CutOptions } from "./file-pieces.ts";

const OPTIONS: CutOptions = { format: "csv", delimiter: ",", encoding: "utf-8", rowsMax: 2, bytesMax: 1_000 };

async function cut(bytes: string | Uint8Array<ArrayBuffer>, options: Partial<CutOptions> = {}) {
  const cuts: [number, string][] = [];
  for await (const { blob, firstRow } of piecesOf(new Blob([bytes]), { ...OPTIONS, ...options }))
    cuts.push([firstRow, await blob.text()]);
  return cuts;
}

test("every piece has the header and whole rows, and says where it stands", async () => {
  expect(await cut('id,said\n1,a\n2,"two\nlines"\n3,"a ""quote""\n"\n4,5" screen\n5,last')).toEqual([
    [2, 'id,said\n1,a\n2,"two\nlines"\n'],
    [4, 'id,said\n3,"a ""quote""\n"\n4,5" screen\n'],
    [6, "id,said\n5,last"],
  ]);
});

test("a file of a header alone is one piece", async () => {
  expect(await cut("id,said\n")).toEqual([[2, "id,said\n"]]);
});

test("lines of JSON have no header", async () => {
  expect(await cut('{"a":"\\""}\n{"b":1}\n{"c":2}\n', { format: "lines" })).toEqual([
    [1, '{"a":"\\""}\n{"b":1}\n'],
    [3, '{"c":2}\n'],
  ]);
});

test("large rows make small pieces", async () => {
  const row = `1,${"x".repeat(90)}\n`;
  const cuts = await cut(`id,said\n${row.repeat(4)}`, { rowsMax: 100, bytesMax: 150 });
  expect(cuts.map(([first]) => first)).toEqual([2, 4]);
});

test.each(["utf-16le", "utf-16be"])("%s is cut between characters", async (encoding) => {
  // U+0A0A and U+2222 have the bytes of a line feed and a quote.
  const text = '\uFEFFid,said\r\n1,"a\r\nb"\r\n2,\u0A0A\u2222\r\n3,c\r\n';
  const bytes = Buffer.from(text, "utf16le");
  const pieces: string[] = [];
  const file = new Blob([encoding === "utf-16le" ? bytes : Buffer.from(bytes).swap16()]);
  for await (const { blob } of piecesOf(file, { ...OPTIONS, encoding }))
    pieces.push(new TextDecoder(encoding).decode(await blob.arrayBuffer()));
  expect(pieces).toEqual(['id,said\r\n1,"a\r\nb"\r\n2,\u0A0A\u2222\r\n', "id,said\r\n3,c\r\n"]);
});
