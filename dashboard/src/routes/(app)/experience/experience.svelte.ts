import type {
  ExperienceIndex,
  ExperienceSegments,
  Project,
  SegmentColumn,
  TrendStep,
} from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";

export interface ExperienceQuestion {
  range: RangeKey;
  by: TrendStep;
  column: SegmentColumn;
}

export class ExperiencePage {
  readonly index: Resource<ExperienceIndex>;
  readonly segments: Resource<ExperienceSegments>;

  constructor(question: () => ExperienceQuestion) {
    this.index = new Resource((signal) => {
      const { range, by } = question();
      const query = { ...timesOf(range, new Date()), by };
      return call(session.path("/experience"), { query, signal });
    });
    this.segments = new Resource((signal) => {
      const { range, column } = question();
      const query = { ...timesOf(range, new Date()), column };
      return call(session.path("/experience/segments"), { query, signal });
    });
  }

  /** Keeps weights and goal for the project; whether it went well. */
  keep = async (change: Pick<Project, "experienceWeights" | "experienceGoal">): Promise<boolean> => {
    try {
      session.project = await call<Project>(session.path(""), { method: "PATCH", body: change });
      toasts.good(m.experience_saved());
    } catch (cause) {
      toasts.bad(sayError(cause));
      return false;
    }
    await Promise.all([this.index.load(), this.segments.load()]);
    return true;
  };
}
