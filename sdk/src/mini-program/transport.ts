import type { Transport, TransportReply } from "../core/event.ts";
import type { Warn } from "../core/guard.ts";
import type { Settings } from "../core/options.ts";
import { NETWORK_ERROR, readRetryAfter } from "../core/retry.ts";
import type { Wx } from "./wx.ts";

const TIMEOUT_MS = 15_000;

/** `wx.request`. */
export function createWxTransport(wx: Wx, { endpoint, writeKey }: Settings, warn: Warn): Transport {
  return ({ body }) =>
    new Promise<TransportReply>((resolve) => {
      wx.request({
        url: `${endpoint}/v1/logs`,
        method: "POST",
        data: body,
        header: { "x-voxloop-key": writeKey, "content-type": "application/json" },
        dataType: "json",
        timeout: TIMEOUT_MS,
        success: ({ statusCode, header, data }) =>
          resolve({
            status: statusCode,
            retryAfterMs: readRetryAfter(headerOf(header, "retry-after"), Date.now()),
            rejected: rejectedOf(data),
          }),
        fail: ({ errMsg }) => {
          warn(reasonOf(errMsg, endpoint));
          resolve(NETWORK_ERROR);
        },
      });
    });
}

/** WeChat gives headers as the server has written them. */
function headerOf(headers: object, name: string): string | null {
  const found = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found ? String(found[1]) : null;
}

function rejectedOf(data: unknown): number {
  const { partialSuccess } = Object(data) as { partialSuccess?: { rejectedLogRecords?: unknown } };
  return Number(partialSuccess?.rejectedLogRecords) || 0;
}

function reasonOf(message: string, endpoint: string): string {
  if (!/not in domain list/i.test(message)) return `no answer: ${message}`;
  return (
    `WeChat refuses requests to ${endpoint}: add it to the mini-program's request domains ` +
    `(mp.weixin.qq.com: 开发管理 > 服务器域名 > request 合法域名), ` +
    `or tick "不校验合法域名" in the developer tools' local settings while you try`
  );
}
