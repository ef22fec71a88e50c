import { ATTR, EVENT, type RemoteConfig } from "@voxloop/contract";
import type { Attributes, VoxEvent } from "../../core/event.ts";
import type { Feature, FeatureClient, Stop } from "../../core/feature.ts";
import { isErrorEvent } from "../../core/otlp.ts";
import { factsOf, groundOf, type Ground } from "../prompts/ground.ts";
import { loadPrompts } from "../prompts/load.ts";
import { chooseGuidance } from "./choose.ts";
import type { GuidanceOptions } from "./options.ts";
import { watchRecovery, type Report } from "./recovery.ts";

export type { PromptOptions } from "../prompts/look.ts";
export type { GuidanceOptions, GuidancePrompt, RespondToGuidance } from "./options.ts";

/** Shows customers whom an error stops what to do, as the project's product managers have published it. */
export function guidance(options: GuidanceOptions = {}): Feature {
  return { name: "guidance", start: (client) => startGuidance(client, options) };
}

function startGuidance(client: FeatureClient, options: GuidanceOptions): Stop {
  if (typeof document === "undefined") return () => undefined;
  const ground = groundOf(client);
  const report: Report = (action, own) =>
    client.emit(EVENT.guidance, { ...own, [ATTR.guidanceAction]: action });
  const recover = watchRecovery(client, ground, (action, own) => {
    report(action, own);
    // The customer needs no help any more.
    ground.clear();
  });
  return ground.join({
    hear(event, config) {
      recover(event);
      if (isErrorEvent(event)) answerError({ client, ground, options, report }, event, config);
    },
  });
}

interface Parts {
  client: FeatureClient;
  ground: Ground;
  options: GuidanceOptions;
  report: Report;
}

function answerError(parts: Parts, event: VoxEvent, config: RemoteConfig): void {
  const { client, ground, report } = parts;
  const customerId = client.customerId();
  const choice = customerId && chooseGuidance(config.guidance, factsOf(client, event), customerId);
  if (!choice) return;
  const { guidance, rank, isHeldOut } = choice;
  const { [ATTR.flow]: flow, [ATTR.transactionId]: transactionId, [ATTR.errorCode]: code } = event.attributes;
  const key = JSON.stringify([guidance.id, flow, code ?? event.attributes[ATTR.errorType]]);
  if (ground.seen().includes(key)) return;
  const own: Attributes = {
    [ATTR.guidanceId]: guidance.id,
    [ATTR.guidanceVersion]: guidance.version,
    [ATTR.flow]: flow,
    [ATTR.transactionId]: transactionId,
    [ATTR.causeCode]: code,
  };
  if (isHeldOut) {
    ground.note((memory) => memory.seen!.push(key));
    report("held_out", own);
  } else
    ground.show(rank, async (turn) => {
      const { presentGuidance } = await loadPrompts();
      return presentGuidance({ ...parts, turn, event, guidance, own, key });
    });
}
