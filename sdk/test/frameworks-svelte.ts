import { flushSync, mount } from "svelte";
import {
  voxloopAfterNavigate,
  voxloopBoundary,
  voxloopHandleError,
  type Reporter,
} from "../src/frameworks/svelte.ts";
import Boundary from "./FrameworksBoundary.svelte";

const at = (path: string, id: string | null): { url: URL; route: { id: string | null } } => ({
  url: new URL(path, "https://bank.example"),
  route: { id },
});

/** What was on the screen, and what the app's own handler of SvelteKit answered. */
export function showSvelte(voxloop: Reporter): { texts: (string | null)[]; answers: unknown[] } {
  const target = document.body.appendChild(document.createElement("div"));
  mount(Boundary, { target, props: { onerror: voxloopBoundary(voxloop, { code: "R1" }) } });
  flushSync();
  const texts = [target.textContent];
  target.querySelector("button")?.click();
  flushSync();
  texts.push(target.textContent);

  const handle = voxloopHandleError(voxloop, ({ status }) => ({ message: `${status}` }));
  const event = { route: { id: "/(app)/loans/[id]" } };
  const answers = [
    handle({ error: new Error("load failed"), status: 500, event }),
    handle({ error: new Error("not there"), status: 404, event }),
    voxloopHandleError(voxloop)({
      error: new Error("unanswered"),
      status: 500,
      event: { route: { id: null } },
    }),
  ];

  const navigated = voxloopAfterNavigate(voxloop);
  const [home, loan, tab] = [
    at("/", "/(app)"),
    at("/loans/7", "/(app)/loans/[id]"),
    at("/loans/7?tab=1", null),
  ];
  navigated({ from: null, to: home });
  navigated({ from: home, to: loan });
  navigated({ from: loan, to: tab });
  navigated({ from: tab, to: null });
  return { texts, answers };
}
