import { ATTR, EVENT, type Guidance, type RemoteConfig } from "@voxloop/contract";
import type { Attributes, VoxEvent } from "../../core/event.ts";
import type { Feature, FeatureClient, Stop } from "../../core/feature.ts";
import { isErrorEvent } from "../../core/otlp.ts";
import { factsOf, groundOf, type Ground, type Open } from "../prompts/ground.ts";
import { loadPrompts } from "../prompts/load.ts";
import { lookOf, say, type Look, type PromptOptions } from "../prompts/look.ts";
import { chooseGuidance } from "./choose.ts";
import { watchRecovery, type Report } from "./recovery.ts";

export type { PromptOptions } from "../prompts/look.ts";

/** A message to a customer whom an error stopped, in the customer's language. */
export interface GuidancePrompt {
  id: string;
  version: number;
  language: "zh-CN" | "en";
  title: string;
  body: string;
  /** The next step, if there is one. */
  action?: { kind: "retry" | "link"; label: string; url?: string };
  /** What stopped the customer. */
  error: { code?: string; flow?: string; transactionId?: string };
}

/** What the customer did with the message. The first answer counts. */
export type RespondToGuidance = (action: "followed" | "dismissed") => void;

export interface GuidanceOptions extends PromptOptions {
  /** Shows the message in the app's own way; may give back how to take it away, which is called when it is out of date. */
  render?: ((guidance: GuidancePrompt, respond: RespondToGuidance) => Stop | void) | undefined;
  /** The customer follows a message whose next step is to try again. */
  onRetry?: ((guidance: GuidancePrompt) => void) | undefined;
}

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
  const { client, ground, options, report } = parts;
  const customerId = client.customerId();
  const choice = customerId && chooseGuidance(config.guidance, factsOf(client, event), customerId);
  if (!choice) return;
  const { guidance, rank, isHeldOut } = choice;
  const { [ATTR.flow]: flow, [ATTR.transactionId]: transactionId, [ATTR.errorCode]: code } = event.attributes;
  const key = JSON.stringify([guidance.id, flow, code ?? event.attributes[ATTR.errorType]]);
  if (ground.seen().includes(key)) return;
  const look = lookOf(options, client.settings, event.attributes);
  const own: Attributes = {
    [ATTR.guidanceId]: guidance.id,
    [ATTR.guidanceVersion]: guidance.version,
    [ATTR.promptLanguage]: look.language,
    [ATTR.flow]: flow,
    [ATTR.transactionId]: transactionId,
    [ATTR.causeCode]: code,
  };
  if (!isHeldOut) return void ground.show(rank, showing(parts, { event, guidance, own, key, look }));
  ground.note((memory) => memory.seen!.push(key));
  report("held_out", own);
}

interface Case {
  event: VoxEvent;
  guidance: Guidance;
  own: Attributes;
  key: string;
  look: Look;
}

function showing(
  { client, ground, options, report }: Parts,
  { event, guidance, own, key, look }: Case,
): Open {
  const prompt = promptOf(guidance, event.attributes, look);
  return async (turn) => {
    const respond = (action: "followed" | "dismissed"): void => {
      if (turn.isOver()) return;
      turn.end();
      // An app may respond while it is asked; first comes that it has shown the message.
      queueMicrotask(() => client.guard(() => answer(action), undefined));
    };
    const answer = (action: string): void => {
      report(action === "followed" ? action : "dismissed", own);
      if (action === "followed" && prompt.action?.kind === "retry") options.onRetry?.(prompt);
    };
    const ui = options.render ? undefined : await loadPrompts();
    if (turn.isOver()) return;
    const close = ui ? ui.showGuidance(prompt, respond, look) : options.render!(prompt, respond);
    ground.notePrompt((memory, at) => {
      memory.seen!.push(key);
      memory.hopes = [...(memory.hopes ?? []), { at, session: ground.session(), own }];
    });
    report("shown", own);
    return close;
  };
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
