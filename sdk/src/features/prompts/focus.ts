/** What has the focus, also inside of other shadows. */
function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

const NO_TEXT = /^(button|checkbox|color|file|image|radio|range|reset|submit)$/;

/** True while moving the focus would take the keyboard from somebody who writes; a frame may hold anything. */
export function isTyping(): boolean {
  const element = focused();
  if (element instanceof HTMLInputElement) return !NO_TEXT.test(element.type);
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLIFrameElement ||
    (element as HTMLElement | null)?.isContentEditable === true
  );
}
