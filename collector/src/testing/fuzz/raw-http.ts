import { connect } from "node:net";
import { Random } from "./random.ts";

const HEAD =
  "POST /v1/logs HTTP/1.1\r\nhost: x\r\nx-voxloop-key: vwk_good\r\ncontent-type: application/json\r\n";

/** Requests that are broken as HTTP. */
const BROKEN: readonly ((random: Random) => string | Buffer)[] = [
  (random) => random.bytes(500),
  () => `${HEAD}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n{}`,
  () => `${HEAD}content-length: 10\r\ncontent-length: 2\r\n\r\n{}`,
  () => `${HEAD}content-length: -1\r\n\r\n{}`,
  () => `${HEAD}content-length: 99999999999999999999\r\n\r\n{}`,
  () => `${HEAD}transfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`,
  () => `${HEAD}transfer-encoding: chunked\r\n\r\nffffffff\r\n{}`,
  () => `${HEAD}x: ${"y".repeat(100_000)}\r\n\r\n`,
  () => `${HEAD}content-length: 100\r\n\r\n{"resourceLogs":`,
  () => "POST http://[::1 HTTP/1.1\r\nhost: x\r\n\r\n",
  () => "POST /v1/../v1/logs\\ HTTP/1.1\r\nhost: a b\r\n\r\n",
  () => "TRACE /v1/logs HTTP/1.1\r\nhost: x\r\n\r\n",
  () => "POST * HTTP/1.1\r\nhost: x\r\n\r\n",
  () => "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001",
];

const PATIENCE_MS = 300;

/** Sends one of them, waits a moment, and gives the status of what came back; `closed` when nothing did. */
export function sendRaw(
  { url, seed }: { url: string; seed: number },
  index: number,
): Promise<{ status: string; text: string }> {
  const random = new Random(seed + index);
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const end = () => {
      socket.destroy();
      resolve({ status: /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? "closed", text: text.slice(0, 300) });
    };
    socket.on("data", (data) => (text += data.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", end);
    socket.setTimeout(PATIENCE_MS, end);
    socket.write(random.pick(BROKEN)(random));
  });
}
