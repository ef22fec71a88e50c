import * as fc from "fast-check";
import { test } from "vitest";
import { DECODERS } from "./formats.ts";
import { MalformedBody, TooManyRecords } from "./record.ts";

test("whatever JSON a body is, every decoder decodes or refuses it, and nothing else happens", () => {
  const field = fc.constantFrom(
    ..."type event name userId anonymousId messageId timestamp sentAt properties traits context groupId".split(
      " ",
    ),
    ..."previousId category batch resourceLogs scopeLogs logRecords attributes time id app page url".split(
      " ",
    ),
  );
  const json = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>("", "track", "__proto__", 0, -1e300, true, null, "2026-05-01"),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(field, tie("any"), { maxKeys: 6 }),
    ),
  })).any;
  fc.assert(
    fc.property(json, (value) => {
      const body = Buffer.from(JSON.stringify(value));
      for (const decode of Object.values(DECODERS)) decodeOrRefuse(() => decode(body));
    }),
    { numRuns: 2000 },
  );
});

function decodeOrRefuse(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    if (!(error instanceof MalformedBody || error instanceof TooManyRecords)) throw error;
  }
}
