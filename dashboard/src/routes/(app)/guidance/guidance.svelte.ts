import type { GuidanceContent, GuidanceRecovery, SavedGuidance } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { PromptsPage } from "#prompts/prompts.svelte.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";
import { newDraft, toContent, toDraft, type Draft } from "./draft.ts";

export class GuidancePage extends PromptsPage<GuidanceContent, Draft> {
  readonly recovery: Resource<GuidanceRecovery>;
  readonly #range: () => RangeKey;

  constructor(range: () => RangeKey) {
    super({
      path: "/guidance",
      toDraft,
      toContent,
      newDraft: () => newDraft(m.guidance_name_default()),
    });
    this.#range = range;
    this.recovery = new Resource((signal) => {
      const query = timesOf(this.#range(), new Date());
      return call(session.path(`/guidance/${this.selected?.id}/recovery`), { query, signal });
    });
  }

  override show(prompt: SavedGuidance): void {
    super.show(prompt);
    this.recovery.data = undefined;
    if (prompt.published !== null) void this.recovery.load();
  }
}
