const SHOWN_MS = 2000;

/** Copies, says true when done and false again a little later; says nothing when the browser refuses. */
export function copy(text: string, say: (isCopied: boolean) => void): void {
  navigator.clipboard.writeText(text).then(
    () => {
      say(true);
      setTimeout(() => say(false), SHOWN_MS);
    },
    () => say(false),
  );
}
