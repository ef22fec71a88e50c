import { openLedger, schema } from "./index.ts";

/* A process that commits project after project, for a test to kill. It says a project's number when it is committed. */

// Ends with the test, however that ends.
process.stdin.resume().once("end", () => process.exit());

const [path, first = "0"] = process.argv.slice(2);
const ledger = await openLedger({ path });
await ledger.migrate();

for (let number = Number(first); ; number += 1) {
  await ledger.db.transaction(async (tx) => {
    await tx.insert(schema.projects).values({ id: `${number}`, name: "a" });
    await tx
      .insert(schema.writeKeys)
      .values({ projectId: `${number}`, name: "k", hint: "h", keyHash: `${number}` });
  });
  process.stdout.write(`${number}\n`);
}
