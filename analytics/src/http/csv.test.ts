import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { csvLine } from "./csv.ts";

test("a line is read back as it was written, and nothing in it is a formula", () => {
  const written = csvLine(['=HYPERLINK("x")', "+1", " @a", "-2", 'a "b", c', "二\n行", 3, true, ""]);
  expect(parse(written)).toEqual([
    ['\'=HYPERLINK("x")', "'+1", "' @a", "'-2", 'a "b", c', "二\n行", "3", "true", ""],
  ]);
});
