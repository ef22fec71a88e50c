import { m } from "#paraglide/messages.js";
import type { RuleProperty, SplitProperty } from "./rule-draft.ts";

export const PROPERTY_LABELS: Record<RuleProperty, () => string> = {
  message: m.rule_message,
  type: m.error_type,
  code: m.rule_code,
  stack: m.rule_stack,
  flow: m.error_flow,
  page: m.rule_page,
  release: m.rule_release,
  environment: m.rule_environment,
};

export const SPLITS: readonly SplitProperty[] = ["flow", "code", "type", "page", "release", "environment"];
