/** Colours are stated twice, as browsers of five years ago know no `light-dark()`. */
const DARK = `
  color-scheme: dark;
  --_surface: #1c2428; --_text: #e9eef0; --_soft: #b4c0c5; --_line: #36434a; --_edge: #83929a;
  --_accent: #58bccb; --_on-accent: #05252a; --_tint: #14363d; --_danger: #f4937f;
  --_shadow: 0 12px 40px rgb(0 0 0 / 60%);`;

/** Sizes are in em of the browser's own text size: an app's `rem` may be anything. */
const CSS = `
:host {
  all: initial;
  /* Of the host an app's own rules, such as those for *, win over what is not important here. */
  display: block !important;
  position: fixed !important;
  z-index: var(--voxloop-z-index, 2147483647);
  box-sizing: border-box;
  inset: auto;
  inset-block-end: max(var(--voxloop-inset, 24px), env(safe-area-inset-bottom));
  inset-inline-end: max(var(--voxloop-inset, 24px), env(safe-area-inset-right));
  width: 25em;
  max-width: calc(100vw - 2 * var(--voxloop-inset, 24px));
  border: 0 !important;
  padding: 0 !important;
  margin: 0 !important;
  overflow: visible;
  background: none;
  font: 400 var(--voxloop-font-size, medium) / 1.5 var(--voxloop-font, system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif);
  color-scheme: light;
  --_surface: #fff; --_text: #12181b; --_soft: #48545b; --_line: #dfe4e7; --_edge: #77848b;
  --_accent: #0d6472; --_on-accent: #fff; --_tint: #e6f2f4; --_danger: #a1301d;
  --_shadow: 0 1px 2px rgb(20 30 36 / 8%), 0 16px 48px -8px rgb(20 30 36 / 28%);
}
:host([data-wide]) { width: 34em; }
:host([data-care]) { width: 31em; }
:host([data-care][data-wide]) { width: 42em; }
@media (prefers-color-scheme: dark) { :host([data-scheme="system"]) {${DARK}} }
:host([data-scheme="dark"]) {${DARK}}
*, ::before { box-sizing: border-box; }
* { margin: 0; font: inherit; color: inherit; }
.panel {
  --accent: var(--voxloop-accent, var(--_accent));
  --on-accent: var(--voxloop-on-accent, var(--_on-accent));
  --tint: var(--voxloop-tint, var(--_tint));
  --surface: var(--voxloop-surface, var(--_surface));
  --text: var(--voxloop-text, var(--_text));
  --soft: var(--voxloop-text-soft, var(--_soft));
  --line: var(--voxloop-line, var(--_line));
  --edge: var(--voxloop-edge, var(--_edge));
  --danger: var(--voxloop-danger, var(--_danger));
  --radius: var(--voxloop-radius, 10px);
  --target: max(44px, 2.75em);
  position: relative;
  display: grid;
  gap: 1em;
  max-height: calc(100vh - 2 * var(--voxloop-inset, 24px));
  padding: 1.25em;
  overflow: auto;
  overscroll-behavior: contain;
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) * 1.6);
  background: var(--surface);
  box-shadow: var(--voxloop-shadow, var(--_shadow));
  color: var(--text);
  overflow-wrap: break-word;
  animation: rise 220ms cubic-bezier(0.2, 0, 0, 1);
}
@keyframes rise { from { opacity: 0; transform: translateY(16px); } }
:host([data-care]) .panel { font-size: 1.3em; --target: 3em; --soft: var(--text); }
:focus { outline: 3px solid var(--accent); outline-offset: 2px; }
:focus:not(:focus-visible), .panel:focus, .lead:focus { outline: none; }
.content, form, .scale { display: grid; gap: 1em; }
.scale { gap: 0.6em; }
.lead { display: grid; gap: 0.35em; padding-inline-end: 2.25em; white-space: pre-line; }
.plain .lead { padding-inline-end: 0; }
.lead, .title { text-wrap: pretty; }
.title, .body { unicode-bidi: plaintext; }
.title { font-weight: 650; font-size: 1.0625em; line-height: 1.4; }
.marked { grid-template-columns: auto 1fr; column-gap: 0.75em; }
.marked svg { grid-row: span 2; color: var(--accent); width: 1.5em; height: 1.5em; }
.marked .body { grid-column: 2; }
.body, .ends, .hint { color: var(--soft); }
.body { font-size: 0.9375em; }
.ends, .hint, .error, .tag { font-size: 0.8125em; }
:host([data-care]) .body { font-size: 1em; }
:host([data-care]) .ends, :host([data-care]) .hint, :host([data-care]) .error, :host([data-care]) .tag { font-size: 0.9em; }
.tag { font-weight: 400; color: var(--soft); white-space: nowrap; }
.error { color: var(--danger); font-weight: 600; }
.error:empty { display: none; }
svg { display: block; width: 1.25em; height: 1.25em; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
button, .button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-height: var(--target);
  min-width: var(--target);
  padding: 0.4em 1.25em;
  border: 1px solid transparent;
  border-radius: var(--radius);
  background: var(--accent);
  color: var(--on-accent);
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
  -webkit-tap-highlight-color: transparent;
}
.close {
  position: absolute;
  inset-block-start: 0.5em;
  inset-inline-end: 0.5em;
  padding: 0;
  background: none;
  color: var(--soft);
}
.actions { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 0.75em; }
.actions .hint { flex: 1 1 10em; }
.cells { display: grid; grid-template-columns: repeat(var(--columns), minmax(44px, 1fr)); gap: 1px; margin-inline-end: -1px; }
.cells label, .choices label { position: relative; display: block; cursor: pointer; }
input { position: absolute; z-index: 2; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: inherit; }
.cells span {
  display: grid;
  place-items: center;
  min-height: var(--target);
  border: 1px solid var(--edge);
  border-radius: calc(var(--radius) * 0.6);
  font-variant-numeric: tabular-nums;
}
.choices { display: grid; gap: 0.5em; }
.choices span { display: flex; align-items: center; gap: 0.75em; min-height: var(--target); padding: 0.4em 0.85em; border: 1px solid var(--edge); border-radius: var(--radius); }
.choices span::before { content: ""; flex: none; width: 1.1em; height: 1.1em; border: 2px solid var(--edge); border-radius: 50%; }
.cells input:checked + span { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 650; }
.choices input:checked + span { border-color: var(--accent); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent); }
.choices input:checked + span::before { border: 0.35em solid var(--accent); }
input:focus + span { outline: 3px solid var(--accent); outline-offset: 2px; position: relative; z-index: 1; }
input:focus:not(:focus-visible) + span { outline: none; }
.ends { display: flex; justify-content: space-between; gap: 1em; }
.ends :last-child { text-align: end; }
textarea { display: block; width: 100%; min-height: 6em; padding: 0.65em 0.85em; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--surface); resize: vertical; }
.quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 600px) {
  :host, :host([data-wide]), :host([data-care]), :host([data-care][data-wide]) { inset-inline: 0; inset-block-end: 0; width: 100%; max-width: none; }
  .panel {
    max-height: 85vh;
    padding: 1.25em max(1em, env(safe-area-inset-right)) calc(1em + env(safe-area-inset-bottom)) max(1em, env(safe-area-inset-left));
    border-width: 1px 0 0;
    border-end-start-radius: 0;
    border-end-end-radius: 0;
  }
  .cells { grid-template-columns: repeat(var(--columns-narrow), minmax(44px, 1fr)); gap: 4px; margin: 0; }
  .actions > * { flex: 1 1 100%; }
}
@media (min-width: 601px) {
  .cells span { border-radius: 0; margin-inline-end: -1px; }
  .cells { gap: 0; margin: 0; padding-inline-end: 1px; }
  .cells label:first-child span { border-start-start-radius: var(--radius); border-end-start-radius: var(--radius); }
  .cells label:last-child span { border-start-end-radius: var(--radius); border-end-end-radius: var(--radius); }
  .cells label:hover span, .cells input:checked + span { position: relative; z-index: 1; }
}
@media (hover: hover) {
  button:hover, .button:hover { filter: brightness(1.08); }
  .close:hover { background: var(--tint); filter: none; }
  label:hover input:not(:checked) + span { border-color: var(--accent); background: var(--tint); }
}
@media (prefers-reduced-motion: reduce) { .panel { animation: none; } }
@media (forced-colors: active) {
  .panel, button, .button { border-color: CanvasText; }
  .cells input:checked + span, .choices input:checked + span { forced-color-adjust: none; background: Highlight; color: HighlightText; border-color: Highlight; }
  .choices input:checked + span::before { border-color: HighlightText; }
}`;

let sheet: CSSStyleSheet | undefined;

/** A constructed sheet asks no `style-src` of a site's policy; a browser without them gets an element, with its nonce. */
export function style(shadow: ShadowRoot, nonce: string | undefined): void {
  try {
    if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    sheet = undefined;
  }
  if (sheet && shadow.adoptedStyleSheets) return;
  const element = document.createElement("style");
  if (nonce) element.nonce = nonce;
  element.textContent = CSS;
  shadow.append(element);
}
