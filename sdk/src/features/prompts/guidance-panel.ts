import type { GuidancePrompt, RespondToGuidance } from "../guidance/options.ts";
import { drawIcon, make } from "./dom.ts";
import type { Look } from "./look.ts";
import { openPanel } from "./panel.ts";
import { wordsOf } from "./words.ts";

const NOTE = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 16.5v-5M12 7.8v.1";

/** Shows what a customer can do about an error; gives how to take it away. */
export function showGuidance(guidance: GuidancePrompt, respond: RespondToGuidance, look: Look): () => void {
  const { title, body, action } = guidance;
  const answer = (action: "followed" | "dismissed") => () => {
    // First the focus goes back, for the app may want it elsewhere.
    panel.close();
    respond(action);
  };
  const dismiss = answer("dismissed");
  const panel = openPanel({ look, onClose: dismiss, hasCross: !!action });
  const step = makeStep(action, look);
  step.addEventListener("click", answer(action ? "followed" : "dismissed"));
  panel.fill(
    make(
      "div",
      { class: "lead marked" },
      drawIcon(NOTE),
      make("p", { class: "title", id: "title" }, title),
      make("p", { class: "body", id: "about" }, body),
    ),
    make("div", { class: "actions" }, step),
  );
  panel.arrive(`${title} ${body}`);
  return panel.close;
}

function makeStep(action: GuidancePrompt["action"], look: Look): HTMLElement {
  const address = action?.kind === "link" && safeAddress(action.url);
  if (!address) return make("button", { type: "button" }, action?.label ?? wordsOf(look).understood);
  const isElsewhere = /^https?:/.test(address.protocol) && address.origin !== location.origin;
  return make(
    "a",
    {
      class: "button",
      href: address.href,
      // The app keeps its place, and what was entered.
      target: isElsewhere && "_blank",
      rel: isElsewhere && "noopener",
    },
    action.label,
  );
}

/** Also an app's own scheme may be linked to; code may not. */
function safeAddress(url: string | undefined): URL | undefined {
  try {
    const address = new URL(url!, document.baseURI);
    return /^(javascript|data|vbscript|blob):$/.test(address.protocol) ? undefined : address;
  } catch {
    return undefined;
  }
}
