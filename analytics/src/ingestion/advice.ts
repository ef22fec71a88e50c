import type { Said } from "./ingestion.ts";

/** How to mend what made the collector refuse; a detail is matched first, since it says more than its reason. */
export function adviseOn({ reason, detail }: { reason: string; detail: string }): Said {
  const found = reason === "invalid_record" ? DETAILS.find(({ pattern }) => pattern.test(detail)) : undefined;
  return found?.advice ?? REASONS[reason] ?? UNKNOWN;
}

const UNKNOWN: Said = {
  en: "Compare the request with docs/ingest.md; the detail is what its sender was answered.",
  "zh-CN": "请对照 docs/ingest.md 检查请求；详情即发送方收到的答复。",
};

const REASONS: Record<string, Said> = {
  invalid_record: {
    en: "The record is no event Voxloop can keep; the others of its request were kept. Mend what the detail names.",
    "zh-CN": "该记录不能作为事件保存，同一请求中的其他记录已保存。请按详情修正。",
  },
  malformed: {
    en: "The body is not what its content type says. Check that it is complete, encoded once, and that Content-Encoding: gzip is set only when it is gzip.",
    "zh-CN":
      "请求体与其内容类型不符。请检查内容是否完整、是否只编码一次，且仅在使用 gzip 时设置 Content-Encoding: gzip。",
  },
  unsupported: {
    en: "Send application/json or application/x-protobuf, plain or gzip.",
    "zh-CN": "请使用 application/json 或 application/x-protobuf，可不压缩或使用 gzip。",
  },
  too_large: {
    en: "Send smaller batches: at most 4 MiB as sent, 16 MiB unpacked and 10,000 records a request. SDKs split by themselves; look at a batch processor's size.",
    "zh-CN":
      "请减小批次：每个请求最多 4 MiB（解压后 16 MiB）、10,000 条记录。SDK 会自动拆分；请检查批处理器的批次大小。",
  },
  forbidden_environment: {
    en: "The write key may not send for this environment. Use that environment's key, or allow it in Settings.",
    "zh-CN": "该写入密钥不允许发送此环境的数据。请使用对应环境的密钥，或在设置中放行。",
  },
  without_consent: {
    en: "The event said vox.consent = denied, so it was dropped. Ask the SDK not to send without consent to spare the traffic.",
    "zh-CN": "事件带有 vox.consent = denied，已丢弃。可让 SDK 在未获同意时不发送，以节省流量。",
  },
  discarded_error: {
    en: "The error's group is discarded in this project, so its events are not stored. Stop discarding it on the list of hidden errors if it is wanted again.",
    "zh-CN": "该错误分组已在本项目中设为丢弃，其事件不再保存。如需恢复，请在隐藏的错误列表中停止丢弃。",
  },
  forbidden_origin: {
    en: "The write key may not be used on pages of this origin. Add the origin to the key in Settings if the page is yours.",
    "zh-CN": "该写入密钥不允许在此来源的网页上使用。若网页属于您，请在设置中将来源加入该密钥。",
  },
  rate_limited: {
    en: "The key or the project reached its events a second. SDKs wait and send again; raise the limit in Settings if this traffic is wanted.",
    "zh-CN": "写入密钥或项目已达到每秒事件上限。SDK 会等待后重发；如属正常流量，请在设置中提高上限。",
  },
  quota_exceeded: {
    en: "The key or the project used up its events of the day, which begins anew at 00:00 UTC. Raise the limit in Settings if this traffic is wanted.",
    "zh-CN": "写入密钥或项目已用完当日事件额度，将于 UTC 零点重置。如属正常流量，请在设置中提高上限。",
  },
  interrupted: {
    en: "The connection ended before the body was whole, or the body came too slowly. SDKs send again; many of these point to a proxy's timeout.",
    "zh-CN": "连接在请求体完整之前中断，或传输过慢。SDK 会重发；若频繁出现，请检查代理的超时设置。",
  },
  spool_full: {
    en: "The collector's disk quota is used up: ClickHouse is away or too slow. Senders wait and send again; look at the drain's lag.",
    "zh-CN": "采集器的磁盘配额已用尽：ClickHouse 不可用或过慢。发送方会等待后重发；请检查写入延迟。",
  },
  unavailable: {
    en: "The collector could not take the request and asked for it again. If this goes on, look at its /readyz and its log.",
    "zh-CN": "采集器暂时无法接收，已要求重发。若持续出现，请查看其 /readyz 与日志。",
  },
  internal: {
    en: "A fault of the collector: its log names the cause.",
    "zh-CN": "采集器内部错误，原因见其日志。",
  },
};

const DETAILS: readonly { pattern: RegExp; advice: Said }[] = [
  {
    pattern: /eventName|event name/,
    advice: {
      en: "Give every record an event name of 1 to 128 characters: eventName in OTLP, event in Segment. A log line without one is no event; filter it out before it is exported.",
      "zh-CN":
        "每条记录需有 1 至 128 个字符的事件名：OTLP 的 eventName 或 Segment 的 event。没有事件名的日志不是事件，请在导出前过滤。",
    },
  },
  {
    pattern: /^vox\.score/,
    advice: {
      en: "vox.score must be a number in the range of its survey: NPS 0 to 10, CSAT 1 to 5, CES 1 to 7.",
      "zh-CN": "vox.score 须为该问卷范围内的数字：NPS 0 至 10，CSAT 1 至 5，CES 1 至 7。",
    },
  },
  {
    pattern: /is none of/,
    advice: {
      en: "Use one of the values that the detail lists, in lower case.",
      "zh-CN": "请使用详情中列出的取值之一（小写）。",
    },
  },
  {
    pattern: /attributes, over/,
    advice: {
      en: "Send fewer attributes, at most 128 with those of the resource: put what belongs together into one.",
      "zh-CN": "请减少属性数量：连同资源属性最多 128 个，可将相关内容合并为一个。",
    },
  },
  {
    pattern: /longer than/,
    advice: {
      en: "Shorten it: ids and names of attributes have at most 128 characters. A whole text does not belong into an id.",
      "zh-CN": "请缩短：标识与属性名最多 128 个字符，标识中不应放入整段文本。",
    },
  },
  {
    pattern: /nests too deep/,
    advice: {
      en: "Flatten the value: lists and maps nest at most 8 deep.",
      "zh-CN": "请简化结构：列表与映射最多嵌套 8 层。",
    },
  },
];
