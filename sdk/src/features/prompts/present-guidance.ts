import { ATTR, type Guidance } from "@voxloop/contract";
import type { Attributes, VoxEvent } from "../../core/event.ts";
import type { FeatureClient, Stop } from "../../core/feature.ts";
import type { GuidanceOptions, GuidancePrompt } from "../guidance/options.ts";
import type { Report } from "../guidance/recovery.ts";
import type { Ground, Turn } from "./ground.ts";
import { showGuidance } from "./guidance-panel.ts";
import { lookOf, say, type Look } from "./look.ts";

/** Older ones have been given up. */
const HOPES_MAX = 9;

interface GuidanceCase {
  client: FeatureClient;
  ground: Ground;
  options: GuidanceOptions;
  report: Report;
  turn: Turn;
  event: VoxEvent;
  guidance: Guidance;
  /** What all events of the guidance say. */
  own: Attributes;
  /** The guidance and its error, which are not shown again in this session. */
  key: string;
}

/** Shows guidance, or has the app show it, and tells what comes of it. */
export function presentGuidance(given: GuidanceCase): Stop | void {
  const { client, ground, options, turn, event, guidance, key } = given;
  if (turn.isOver()) return undefined;
  const look = lookOf(options, client.settings, event.attributes);
  const own = { ...given.own, [ATTR.promptLanguage]: look.language };
  const prompt = promptOf(guidance, event.attributes, look);
  const answer = (action: "followed" | "dismissed"): void => {
    given.report(action === "followed" ? action : "dismissed", own);
    if (action === "followed" && prompt.action?.kind === "retry") options.onRetry?.(prompt);
  };
  const close = (options.render ?? showGuidance)(
    prompt,
    (action) => {
      if (turn.isOver()) return;
      turn.end();
      // An app may respond while it is asked; first comes that it has shown the message.
      queueMicrotask(() => client.guard(() => answer(action), undefined));
    },
    look,
  );
  ground.notePrompt((memory, at) => {
    memory.seen!.push(key);
    const hopes = (memory.hopes ?? []).slice(-HOPES_MAX);
    memory.hopes = [...hopes, { at, session: ground.session(), own }];
  });
  given.report("shown", own);
  return close;
}

function promptOf(guidance: Guidance, attributes: Attributes, look: Look): GuidancePrompt {
  const { id, version, title, body, action } = guidance;
  return {
    id,
    version,
    language: look.language,
    title: say(title, look),
    body: say(body, look),
    ...(action && { action: { ...action, label: say(action.label, look) } }),
    error: {
      code: attributes[ATTR.errorCode],
      flow: attributes[ATTR.flow],
      transactionId: attributes[ATTR.transactionId],
    } as GuidancePrompt["error"],
  };
}
