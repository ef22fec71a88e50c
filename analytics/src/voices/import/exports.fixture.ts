import type { ImportMapping } from "./voice-import.ts";

export interface ExportFile {
  mapping: ImportMapping;
  name: string;
  type: string;
  bytes: Uint8Array;
}

const csv = (lines: readonly string[]) => `${lines.join("\r\n")}\r\n`;
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");

/** Files as stores and ticket systems export them, with made-up people and ids. */
export const EXPORTS: readonly ExportFile[] = [
  {
    mapping: "app_store",
    name: "customerReviews.json of App Store Connect's API",
    type: "application/json",
    bytes: Buffer.from(
      JSON.stringify({
        data: [
          {
            type: "customerReviews",
            id: "00000026-d0b6-1f1a-0d5e-8f6c00000000",
            attributes: {
              rating: 1,
              title: "Transfer fails",
              body: "Since 8.0.2 every transfer fails with E1042.",
              reviewerNickname: "Sunny_day88",
              createdDate: "2026-04-20T07:51:31-07:00",
              territory: "USA",
            },
            relationships: { response: { links: { self: "https://api.example/v1/x" } } },
          },
        ],
        links: { self: "https://api.example/v1/apps/1/customerReviews" },
      }),
    ),
  },
  {
    mapping: "google_play",
    name: "reviews_com.example.bank_202604.csv",
    type: "text/csv",
    bytes: utf16(
      csv([
        "Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,Review Submit Millis Since Epoch,Review Last Update Date and Time,Review Last Update Millis Since Epoch,Star Rating,Review Title,Review Text,Developer Reply Date and Time,Developer Reply Millis Since Epoch,Developer Reply Text,Review Link",
        'com.example.bank,80002,8.0.2,en,starlte,2026-04-20T07:51:31Z,1776671491000,2026-04-21T07:51:31Z,1776757891000,2,,"Login is slow, ""again""",,,,http://play.google.com/console/developers/1/app/2/user-feedback/review-details?reviewId=gp%3AAOqpTOE123&corpus=PUBLIC_REVIEWS',
        "com.example.bank,80002,8.0.2,zh,b0q,2026-04-22T07:51:31Z,1776844291000,2026-04-22T07:51:31Z,1776844291000,5,,,,,,",
      ]),
    ),
  },
  {
    mapping: "app_gallery",
    name: "应用市场评论.csv",
    type: "text/csv",
    bytes: Buffer.from(
      csv([
        "评论ID,应用名称,用户昵称,评论时间,评分,评论标题,评论内容,应用版本,机型,国家/地区",
        "9f21c7,示例银行,小**明,2026-04-20 15:51:31,1,,转账一直失败，客服也不回复,8.0.2,ALN-AL10,中国",
      ]),
    ),
  },
  {
    mapping: "zendesk",
    name: "export.csv of a Zendesk view",
    type: "text/csv",
    bytes: Buffer.from(
      csv([
        "Id,Subject,Description,Requester,Requester external id,Created at,Status,Priority,Group,Via,Tags,Satisfaction Score",
        '35436,Card declined,"<p>My card 4111 1111 1111 1111 was declined.</p><p>Please help</p>",Jane Doe,c-1001,2026-04-20 15:51,open,high,Cards,mail,card decline,bad',
      ]),
    ),
  },
  {
    mapping: "ticket",
    name: "工单导出.csv",
    type: "text/csv",
    bytes: Buffer.from(
      csv([
        "工单号;创建时间;标题;问题描述;客户号;渠道;优先级;状态;分类;满意度",
        "GD20260420001;2026/4/20 15:51;理财赎回;赎回三天还没到账;c-1002;电话;高;处理中;理财;2",
      ]),
    ),
  },
  {
    mapping: "employee_post",
    name: "posts.csv",
    type: "text/csv",
    bytes: Buffer.from(
      csv([
        "post_id,posted_at,author,department,branch,topic,title,content,flow,likes",
        "p-77,2026-04-20T15:51:00+08:00,E1024,Retail,Pudong,app,Queue at the counter,Customers come to the branch because face login fails for older people,login,12",
      ]),
    ),
  },
  {
    mapping: "expert_assessment",
    name: "assessment.csv",
    type: "text/csv",
    bytes: Buffer.from(
      csv([
        "assessment_id,assessed_at,expert,criterion,score,max_score,evidence,comment,severity,flow,page,release",
        "A-2026-04,2026-04-20,Li,Error messages,2,5,Screen 14: only E1042 is shown,The message names no next step,major,transfer,/transfer/confirm,8.0.2",
        "A-2026-04,2026-04-20,Li,Consistency,8,10,Screens 2 to 9,,minor,transfer,,8.0.2",
      ]),
    ),
  },
];
