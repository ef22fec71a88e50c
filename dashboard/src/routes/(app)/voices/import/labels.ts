import type { ImportField, ImportMapping, ImportPreviewRow } from "@voxloop/analytics/shapes";
import { m } from "#paraglide/messages.js";

export const MAPPING_LABELS: Record<ImportMapping, () => string> = {
  app_store: m.import_app_store,
  google_play: m.import_google_play,
  app_gallery: m.import_app_gallery,
  zendesk: m.import_zendesk,
  ticket: m.import_ticket,
  employee_post: m.import_employee_post,
  expert_assessment: m.import_expert_assessment,
  voice: m.import_voice,
};

export const FIELD_LABELS: Record<ImportField, () => string> = {
  externalId: m.import_field_id,
  time: m.import_field_time,
  comment: m.import_field_comment,
  title: m.import_field_title,
  score: m.import_field_score,
  maxScore: m.import_field_max_score,
  kind: m.import_field_kind,
  customerId: m.import_field_customer,
  author: m.import_field_author,
  flow: m.import_field_flow,
  page: m.import_field_page,
  release: m.import_field_release,
  channel: m.import_field_channel,
  criterion: m.import_field_criterion,
  evidence: m.import_field_evidence,
};

export const BECOMES_LABELS: Record<ImportPreviewRow["becomes"], () => string> = {
  new: m.import_becomes_new,
  updated: m.import_becomes_updated,
  unchanged: m.import_becomes_unchanged,
  rejected: m.import_becomes_rejected,
};
