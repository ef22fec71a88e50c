import { openWarehouse } from "./index.ts";

/* A process that inserts batch after batch, for a test to kill. It says a batch's number when it is acknowledged. */

// Ends with the test, however that ends.
process.stdin.resume().once("end", () => process.kill(process.pid, "SIGKILL"));

const [path, first = "0"] = process.argv.slice(2);
const warehouse = await openWarehouse({ path });
await warehouse.migrate();

function bodyOf(batch: number): Uint8Array {
  const events = Array.from({ length: 20 }, (_, index) => ({
    project_id: "p",
    event_name: "vox.survey.answered",
    time: "2026-05-01T10:00:00.000Z",
    event_id: `${batch}-${index}`,
    comment: "还不错",
  }));
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
}

// As the collector does after a crash: what may have been stored is sent again under its token.
for (let batch = Math.max(0, Number(first) - 2); ; batch += 1) {
  await warehouse.insertNdjson("events_v1", bodyOf(batch), `batch-${batch}`);
  process.stdout.write(`${batch}\n`);
}
