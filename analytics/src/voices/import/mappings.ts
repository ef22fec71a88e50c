import type { Voice } from "../voice.ts";
import type { ImportKind, ImportMapping } from "./voice-import.ts";

/** How exports of one kind are read. Columns are as `columnKey` gives them. */
export interface ReadyMapping {
  layer: Voice["layer"];
  source: string;
  /** Of voices that do not say themselves. */
  kind: ImportKind;
  /** The columns that become a field; where a row has several of them, the first that is not empty. */
  columns: Record<string, readonly string[]>;
  /** Columns by which a file is known to be of this kind: all of one list. */
  knownBy: readonly (readonly string[])[];
  /** Columns that tell a voice where its id is empty. */
  idFrom?: readonly string[];
}

const WHERE = {
  flow: ["flow", "business flow", "业务流程", "流程", "业务"],
  page: ["page", "screen", "页面"],
  release: ["release", "app version", "version", "app version name", "应用版本", "版本", "版本号"],
  customerId: ["customer id", "user id", "user.id", "client id", "客户号", "客户id", "用户id", "用户编号"],
};

export const READY_MAPPINGS: Record<ImportMapping, ReadyMapping> = {
  app_store: {
    layer: "customer",
    source: "app_store",
    kind: "rating",
    columns: {
      externalId: ["id", "review id"],
      time: ["attributes.created date", "created date", "date", "review date"],
      score: ["attributes.rating", "rating", "stars"],
      title: ["attributes.title", "title", "review title"],
      comment: ["attributes.body", "body", "review", "review text", "content"],
      author: ["attributes.reviewer nickname", "reviewer nickname", "nickname", "author"],
      release: ["app version", "version"],
      "attributes.territory": ["attributes.territory", "territory", "country", "storefront"],
    },
    knownBy: [
      ["attributes.rating", "attributes.body"],
      ["review id", "rating", "territory"],
      ["review id", "rating", "country"],
      ["reviewer nickname", "rating"],
    ],
  },
  google_play: {
    layer: "customer",
    source: "google_play",
    kind: "rating",
    columns: {
      // Its address holds the id of a review; one without text has no address.
      externalId: ["review link"],
      time: ["review submit millis since epoch", "review submit date and time"],
      score: ["star rating"],
      title: ["review title"],
      comment: ["review text"],
      release: ["app version name"],
      "attributes.device": ["device"],
      "attributes.language": ["reviewer language"],
    },
    knownBy: [["star rating", "review text"]],
    idFrom: ["package name", "review submit millis since epoch", "device", "reviewer language"],
  },
  app_gallery: {
    layer: "customer",
    source: "app_gallery",
    kind: "rating",
    columns: {
      externalId: ["评论id", "评论编号", "评价id"],
      time: ["评论时间", "评价时间", "发表时间"],
      score: ["评分", "星级", "评论星级"],
      title: ["评论标题"],
      comment: ["评论内容", "评价内容", "评论"],
      author: ["用户昵称", "昵称", "评论用户"],
      release: WHERE.release,
      "attributes.device": ["机型", "设备型号", "手机型号"],
      "attributes.region": ["国家/地区", "地区", "省份"],
      "attributes.store": ["应用市场", "渠道", "商店"],
    },
    knownBy: [
      ["评论内容", "评分"],
      ["评论内容", "星级"],
      ["评价内容", "评分"],
    ],
    idFrom: ["评论时间", "评价时间", "用户昵称", "昵称", "机型", "设备型号", "评论内容"],
  },
  zendesk: {
    layer: "customer",
    source: "zendesk",
    kind: "ticket",
    columns: {
      externalId: ["id", "ticket id"],
      time: ["created at", "created", "requested"],
      title: ["subject", "raw subject"],
      comment: ["description", "comment"],
      customerId: ["requester external id", "requester.external id", "customer id", "user id"],
      channel: ["via", "via.channel", "channel"],
      "attributes.priority": ["priority"],
      "attributes.status": ["status", "ticket status"],
      "attributes.group": ["group", "assignee group"],
      "attributes.tags": ["tags"],
      "attributes.satisfaction": ["satisfaction score", "satisfaction rating.score", "satisfaction rating"],
      ...pick("flow", "page", "release"),
    },
    knownBy: [
      ["subject", "requester"],
      ["subject", "requester id"],
      ["subject", "ticket form"],
      ["subject", "satisfaction score"],
    ],
  },
  ticket: {
    layer: "customer",
    source: "ticket",
    kind: "ticket",
    columns: {
      externalId: ["ticket id", "ticket number", "ticket", "case id", "工单号", "工单编号", "工单id"],
      time: ["created at", "created", "date", "time", "创建时间", "提交时间", "时间"],
      title: ["subject", "title", "summary", "标题", "主题"],
      comment: ["description", "content", "comment", "message", "内容", "问题描述", "描述", "工单内容"],
      score: ["satisfaction", "satisfaction score", "csat", "满意度", "满意度评分"],
      channel: ["channel", "渠道", "来源渠道"],
      "attributes.priority": ["priority", "优先级"],
      "attributes.status": ["status", "状态"],
      "attributes.category": ["category", "type", "分类", "类型", "问题分类"],
      ...WHERE,
    },
    knownBy: [["ticket id"], ["ticket number"], ["case id"], ["工单号"], ["工单编号"], ["工单id"]],
  },
  employee_post: {
    layer: "employee",
    source: "employee_post",
    kind: "post",
    columns: {
      externalId: ["post id", "id", "编号", "帖子id"],
      time: ["posted at", "created at", "date", "time", "发帖时间", "发布时间", "时间"],
      title: ["title", "subject", "标题"],
      comment: ["content", "comment", "text", "post", "内容", "正文"],
      author: ["author", "employee", "employee id", "作者", "员工", "工号", "发帖人"],
      "attributes.department": ["department", "部门"],
      "attributes.branch": ["branch", "网点", "机构", "分行"],
      "attributes.topic": ["topic", "话题", "板块"],
      "attributes.likes": ["likes", "点赞数"],
      ...WHERE,
    },
    knownBy: [["post id"], ["employee"], ["employee id"], ["员工"], ["工号"], ["发帖人"], ["帖子id"]],
  },
  expert_assessment: {
    layer: "professional",
    source: "expert_assessment",
    kind: "assessment",
    columns: {
      // One row is one criterion: the assessment's id and the criterion together are the voice's.
      externalId: ["assessment id", "assessment", "评估id", "评估编号", "评测编号"],
      criterion: ["criterion", "heuristic", "评估项", "准则", "指标", "评测项"],
      score: ["score", "评分", "得分"],
      maxScore: ["max score", "maximum score", "scale", "满分"],
      evidence: ["evidence", "证据", "依据"],
      comment: ["comment", "finding", "评语", "意见", "问题描述", "发现"],
      time: ["assessed at", "date", "time", "评估时间", "评测时间", "时间"],
      author: ["expert", "assessor", "author", "专家", "评估人"],
      "attributes.severity": ["severity", "严重程度"],
      ...WHERE,
    },
    knownBy: [
      ["criterion", "score"],
      ["heuristic", "score"],
      ["评估项", "评分"],
      ["评估项", "得分"],
      ["指标", "得分"],
    ],
  },
  voice: {
    layer: "customer",
    source: "import",
    kind: "text",
    columns: {
      externalId: ["external id", "id", "编号"],
      time: ["time", "date", "created at", "timestamp", "时间", "日期"],
      comment: ["comment", "text", "content", "feedback", "评论", "内容", "反馈"],
      title: ["title", "subject", "标题"],
      score: ["score", "rating", "评分", "分数"],
      maxScore: ["max score", "满分"],
      kind: ["kind", "类型"],
      author: ["author", "作者"],
      channel: ["channel", "渠道"],
      criterion: ["criterion"],
      evidence: ["evidence"],
      ...WHERE,
    },
    knownBy: [],
  },
};

function pick(...fields: (keyof typeof WHERE)[]) {
  return Object.fromEntries(fields.map((field) => [field, WHERE[field]]));
}
