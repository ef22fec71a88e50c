import { init } from "../browser.ts";
import { autocapture, type AutocaptureOptions } from "../features/autocapture/index.ts";
import { guidance, type GuidanceOptions } from "../features/guidance/index.ts";
import { offlineQueue } from "../features/offline-queue/index.ts";
import { surveys, type SurveysOptions } from "../features/surveys/index.ts";
import type { InitOptions } from "../core/options.ts";
import { leaveBehind } from "./leave-behind.ts";

/** For pages without a bundler: all features are on unless they are `false`, or have options of their own. */
interface FullOptions extends InitOptions {
  autocapture?: false | AutocaptureOptions;
  guidance?: false | GuidanceOptions;
  surveys?: false | SurveysOptions;
  offlineQueue?: boolean;
}

const isOn = (option: unknown): boolean => option !== false;

leaveBehind((options: FullOptions) => {
  // Wrong options are the core's to refuse.
  const { features = [], ...given } = Object(options) as FullOptions;
  return init({
    ...options,
    features: [
      ...(isOn(given.autocapture) ? [autocapture(given.autocapture || {})] : []),
      ...(isOn(given.guidance) ? [guidance(given.guidance || {})] : []),
      ...(isOn(given.surveys) ? [surveys(given.surveys || {})] : []),
      ...(isOn(given.offlineQueue) ? [offlineQueue()] : []),
      ...features,
    ],
  });
});
