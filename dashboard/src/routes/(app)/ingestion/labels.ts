import { m } from "#paraglide/messages.js";

const REASONS: Record<string, () => string> = {
  invalid_record: m.reject_invalid_record,
  malformed: m.reject_malformed,
  unsupported: m.reject_unsupported,
  too_large: m.reject_too_large,
  forbidden_environment: m.reject_forbidden_environment,
  without_consent: m.reject_without_consent,
  discarded_error: m.reject_discarded_error,
  forbidden_origin: m.reject_forbidden_origin,
  rate_limited: m.reject_rate_limited,
  quota_exceeded: m.reject_quota_exceeded,
  interrupted: m.reject_interrupted,
  spool_full: m.reject_spool_full,
  unavailable: m.reject_unavailable,
};

const RULES: Record<string, () => string> = {
  query: m.rule_query,
  token: m.rule_token,
  secret: m.rule_secret,
  email: m.rule_email,
  resident_id: m.rule_resident_id,
  card: m.rule_card,
  iban: m.rule_iban,
  account: m.rule_account,
  phone: m.rule_phone,
};

const MARKS: Record<string, () => string> = { bot: m.flag_bot };

/** A newer collector's reason is shown by its own name. */
export function reasonLabel(reason: string): string {
  return REASONS[reason]?.() ?? reason;
}

export function markLabel(mark: string): string {
  return MARKS[mark]?.() ?? mark;
}

export function ruleLabel(rule: string): string {
  return RULES[rule]?.() ?? rule;
}
