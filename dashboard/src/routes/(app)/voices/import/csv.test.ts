import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";

test("no cell can become a formula", () => {
  expect(
    toCsv([
      ["=1+1", " @sum", "-2", "+3", '\t=cmd|"x"'],
      [4, "a,b", "c"],
    ]),
  ).toBe('\uFEFF\'=1+1,\' @sum,\'-2,\'+3,"\'\t=cmd|""x"""\r\n4,"a,b",c\r\n');
});
