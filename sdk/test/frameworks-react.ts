import { createElement, StrictMode, useEffect, version, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { createRoot, type Root } from "react-dom/client";
import {
  ErrorBoundary,
  usePageView,
  voxloopRootOptions,
  type Caught,
  type Reporter,
} from "../src/frameworks/react.ts";

let isBroken = true;

function Balance(): ReactNode {
  if (isBroken) throw new TypeError("no balance");
  return createElement("output", null, "42");
}
const Account = (): ReactNode => createElement("section", null, createElement(Balance));

function Stray(): ReactNode {
  useEffect(() => {
    throw new RangeError("nobody catches this");
  }, []);
  return null;
}

function Routed({ voxloop, path }: { voxloop: Reporter; path: string }): ReactNode {
  usePageView(voxloop, path, path.startsWith("/accounts/") ? "/accounts/:id" : undefined);
  return null;
}

const addPlace = (): Element => document.body.appendChild(document.createElement("div"));

const render = (root: Root, node: ReactNode): void => flushSync(() => root.render(node));

const fallback = ({ error, reset }: Caught): ReactNode =>
  createElement("button", { onClick: reset }, String(error));

/** What was on the screen: the fallback, then what it gives way to. */
export function showReact(voxloop: Reporter): { version: string; texts: (string | null)[] } {
  const options = voxloopRootOptions(voxloop);
  const place = addPlace();
  const boundary = { voxloop, fallback, details: { code: "B1" } };
  render(createRoot(place, options), createElement(ErrorBoundary, boundary, createElement(Account)));
  const texts = [place.textContent];
  isBroken = false;
  flushSync(() => place.querySelector("button")?.click());
  texts.push(place.textContent);

  const pages = createRoot(addPlace(), options);
  for (const path of ["/", "/accounts/7?tab=1", "/accounts/7?tab=2", "/accounts/8"])
    render(pages, createElement(StrictMode, null, createElement(Routed, { voxloop, path })));

  createRoot(addPlace(), options).render(createElement(Stray));
  return { version, texts };
}
