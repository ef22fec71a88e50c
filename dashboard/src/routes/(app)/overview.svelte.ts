import type { ErrorRanking, Overview, VoiceList } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";

const ERRORS_SHOWN = 8;
const VOICES_SHOWN = 5;

export class OverviewPage {
  readonly overview: Resource<Overview>;
  readonly errors: Resource<ErrorRanking>;
  readonly voices: Resource<VoiceList>;

  constructor(range: () => RangeKey) {
    const query = () => timesOf(range(), new Date());
    this.overview = new Resource((signal) => call(session.path("/overview"), { query: query(), signal }));
    this.errors = new Resource((signal) =>
      call(session.path("/errors"), { query: { ...query(), limit: ERRORS_SHOWN }, signal }),
    );
    this.voices = new Resource((signal) =>
      call(session.path("/voices"), { query: { ...query(), limit: VOICES_SHOWN }, signal }),
    );
  }

  load = async (): Promise<void> => {
    await Promise.all([this.overview.load(), this.errors.load(), this.voices.load()]);
  };

  refresh = async (): Promise<void> => {
    await Promise.all([this.overview.refresh(), this.errors.refresh(), this.voices.refresh()]);
  };
}
