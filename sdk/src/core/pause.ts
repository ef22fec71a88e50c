import { retryDelayMs } from "./retry.ts";

/** The time between a failure and the next attempt. */
export interface Pause {
  isOn(): boolean;
  /** On because the server named a time (`Retry-After`), which only the end of the page may cut short. */
  isOrdered(): boolean;
  begin(retryAfterMs: number | undefined): void;
  end(): void;
  /** An attempt succeeded: the next failure is the first again. */
  forget(): void;
}

export function createPause(random: () => number, onEnd: () => void): Pause {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOrdered = false;
  let failures = 0;

  function end(): void {
    clearTimeout(timer);
    timer = undefined;
    isOrdered = false;
  }

  return {
    isOn: () => timer !== undefined,
    isOrdered: () => isOrdered,
    begin(retryAfterMs) {
      end();
      isOrdered = retryAfterMs !== undefined;
      timer = setTimeout(
        () => {
          end();
          onEnd();
        },
        retryDelayMs(++failures, retryAfterMs, random()),
      );
    },
    end,
    forget() {
      failures = 0;
    },
  };
}
