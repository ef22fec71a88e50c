import type { SavedSurvey, SurveyContent, SurveyResults } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { PromptsPage } from "#prompts/prompts.svelte.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";
import { newDraft, toContent, toDraft, type Draft } from "./draft.ts";

export class SurveysPage extends PromptsPage<SurveyContent, Draft> {
  readonly results: Resource<SurveyResults>;
  readonly #range: () => RangeKey;

  constructor(range: () => RangeKey) {
    super({ path: "/surveys", toDraft, toContent, newDraft: () => newDraft(m.survey_name_default()) });
    this.#range = range;
    this.results = new Resource((signal) => {
      const query = timesOf(this.#range(), new Date());
      return call(session.path(`/surveys/${this.selected?.id}/results`), { query, signal });
    });
  }

  override show(prompt: SavedSurvey): void {
    super.show(prompt);
    this.results.data = undefined;
    if (prompt.published !== null) void this.results.load();
  }
}
