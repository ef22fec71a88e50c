import { drawIcon, make } from "./dom.ts";
import { isTyping } from "./focus.ts";
import type { Look } from "./look.ts";
import { style } from "./styles.ts";
import { wordsOf } from "./words.ts";

const CROSS = "M6 6l12 12M18 6L6 18";
/** A live region speaks of what changes, so it has to be there before. */
const ANNOUNCE_MS = 150;

export interface Panel {
  /** Replaces what is in it. `lead` is the element that names it. */
  fill: (...content: Node[]) => void;
  /** Takes the focus, where nobody is writing, or else says the text to who listens. */
  arrive: (text: string) => void;
  focus: (element?: HTMLElement | null) => void;
  setWide: (isWide: boolean) => void;
  /** Takes it from the screen; the focus goes back to where it was. */
  close: () => void;
}

export interface PanelParts {
  look: Look;
  /** The customer closes it. Without, there is no button for it beside those of the content; Escape closes all the same. */
  onClose: () => void;
  hasCross: boolean;
}

/**
 * A dialog beside the page, not over it: the customer may have to look at the page, or go on in it, to do what it says.
 * So it is not modal, and whoever writes keeps the keyboard.
 */
export function openPanel(parts: PanelParts): Panel {
  const { look, onClose } = parts;
  const host = document.createElement("voxloop-prompt");
  const shadow = host.attachShadow({ mode: "open" });
  const content = make("div", { class: "content" });
  const status = make("div", { class: "quiet", role: "status" });
  const panel = makePanel(parts, content, status);
  host.dataset["scheme"] = look.colorScheme;
  host.toggleAttribute("data-care", look.isCare);
  style(shadow, look.styleNonce);
  shadow.append(panel);
  keepKeys(host, panel, onClose);
  const giveBack = watchFocus(panel);
  const stopFollowing = place(host);
  return {
    fill: (...nodes) => content.replaceChildren(...nodes),
    arrive(text) {
      if (!isTyping()) return panel.focus({ preventScroll: true });
      setTimeout(() => (status.textContent = text), ANNOUNCE_MS);
    },
    focus: (element) => (element ?? panel).focus({ preventScroll: !element }),
    setWide: (isWide) => host.toggleAttribute("data-wide", isWide),
    close() {
      const hasFocus = !!shadow.activeElement;
      stopFollowing();
      host.remove();
      if (hasFocus) giveBack();
    },
  };
}

function makePanel({ look, onClose, hasCross }: PanelParts, ...content: Node[]): HTMLElement {
  const cross = make("button", { type: "button", class: "close", "aria-label": wordsOf(look).close });
  cross.append(drawIcon(CROSS));
  cross.addEventListener("click", onClose);
  return make(
    "div",
    {
      class: hasCross ? "panel" : "panel plain",
      role: "dialog",
      "aria-labelledby": "title",
      "aria-describedby": "about",
      tabindex: "-1",
      lang: look.language,
    },
    ...content,
    hasCross && cross,
  );
}

/** Keys that are meant for the prompt are not the app's shortcuts. */
function keepKeys(host: HTMLElement, panel: HTMLElement, onEscape: () => void): void {
  for (const type of ["keydown", "keyup", "keypress"])
    host.addEventListener(type, (event) => event.stopPropagation());
  panel.addEventListener("keydown", ({ key, isComposing }) => {
    // While Chinese is composed, Escape belongs to the input method.
    if (key === "Escape" && !isComposing) onEscape();
  });
}

/** Gives how to bring the focus back to where it came from. */
function watchFocus(panel: HTMLElement): () => void {
  let previous: EventTarget | null = null;
  panel.addEventListener("focusin", ({ relatedTarget }) => {
    if (!panel.contains(relatedTarget as Node | null)) previous = relatedTarget ?? previous;
  });
  return () => (previous as HTMLElement | null)?.focus?.({ preventScroll: true });
}

/** Puts it on top: into the app's modal dialog where one is open, as all outside of that is inert. */
function place(host: HTMLElement): () => void {
  const dialog = [...document.querySelectorAll("dialog[open]")].filter(isModal).pop();
  const put = (parent: Element): void => {
    parent.append(host);
    // The top layer, where there is one, is above everything and clipped by nothing.
    if (!host.showPopover) return;
    host.popover = "manual";
    host.showPopover();
  };
  const follow = (): void => put(document.body);
  put(dialog ?? document.body);
  dialog?.addEventListener("close", follow);
  return () => dialog?.removeEventListener("close", follow);
}

function isModal(dialog: Element): boolean {
  try {
    return dialog.matches(":modal");
  } catch {
    return true;
  }
}
