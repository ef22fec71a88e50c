import { Component, useEffect, useRef, type ErrorInfo, type ReactNode } from "react";
import type { ErrorDetails } from "../core/voxloop.ts";
import { report, viewPage, type Reporter } from "./report.ts";

export type { Reporter } from "./report.ts";

export interface Caught {
  error: unknown;
  /** Shows the children anew. */
  reset: () => void;
}

export interface ErrorBoundaryProps {
  voxloop: Reporter;
  /** Shown in place of the children when one of them has failed. Default: nothing. */
  fallback?: ReactNode | ((caught: Caught) => ReactNode);
  /** Beside the error: its code, and what the customer reads. */
  details?: ErrorDetails | undefined;
  children?: ReactNode;
}

interface BoundaryState {
  failed: Pick<Caught, "error"> | undefined;
}

/** Reports what its children throw while they render or run effects, and shows `fallback` in their place. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, BoundaryState> {
  override state: BoundaryState = { failed: undefined };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { failed: { error } };
  }
  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    const { voxloop, details } = this.props;
    reportFromReact(voxloop, error, { stack: info.componentStack, details });
  }
  readonly reset = (): void => this.setState({ failed: undefined });

  override render(): ReactNode {
    const { children, fallback } = this.props;
    const { failed } = this.state;
    if (!failed) return children;
    return (typeof fallback === "function" ? fallback({ ...failed, reset: this.reset }) : fallback) ?? null;
  }
}

type OnError = (error: unknown, info: { componentStack?: string | undefined }) => void;

export interface RootOptions {
  /** Of React 19; React 18 gives uncaught errors to the window. */
  onUncaughtError: OnError;
  onRecoverableError: OnError;
}

/**
 * `createRoot(element, voxloopRootOptions(voxloop))`, or `hydrateRoot`: reports what no boundary catches, and what React
 * recovers from. Then the app's own handlers have it, or, as without them, the window.
 */
export function voxloopRootOptions(voxloop: Reporter, own: Partial<RootOptions> = {}): RootOptions {
  const after =
    (next: OnError = tellWindow): OnError =>
    (error, info) => {
      reportFromReact(voxloop, error, { stack: info.componentStack });
      next(error, info);
    };
  return {
    onUncaughtError: after(own.onUncaughtError),
    onRecoverableError: after(own.onRecoverableError),
  };
}

/**
 * Sends a page view for each path that is shown, with the route's template, e.g. `/accounts/:id`. A change of the query
 * alone is none. With auto-capture, turn off its own: `autocapture({ pageViews: false })`.
 */
export function usePageView(voxloop: Reporter, path: string, template?: string): void {
  const [shown = ""] = path.split(/[?#]/);
  const last = useRef<string>(undefined);
  useEffect(() => {
    // In its strict mode React runs each effect twice.
    if (last.current === shown) return;
    last.current = shown;
    viewPage(voxloop, shown, template);
  }, [voxloop, shown, template]);
}

function reportFromReact(
  voxloop: Reporter,
  error: unknown,
  { stack, details }: { stack: string | null | undefined; details?: ErrorDetails | undefined },
): void {
  report(voxloop, error, { framework: "react", details, components: () => componentsOf(stack ?? "") });
}

/** A capital, or a place in the code: elements of the page's own have neither, and not every component has a place. */
const COMPONENT = /^\s*(?:at )?([A-Z][\w$.]*|[\w$.]+(?=(?: \(|@)(?!<anonymous>\)).))/;

function componentsOf(stack: string): string[] {
  return stack.split("\n").map((line) => COMPONENT.exec(line)?.[1] ?? "");
}

/** What React does with an error that the app has no handler for. */
function tellWindow(error: unknown): void {
  if (typeof reportError === "function") reportError(error);
  else
    setTimeout(() => {
      throw error;
    });
}
