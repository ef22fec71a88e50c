const SHOWN_MS = 2000;

/** Copies, says true when done and false again a little later; says nothing when the browser refuses. */
export async function copy(text: string, say: (isCopied: boolean) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(true);
    setTimeout(() => say(false), SHOWN_MS);
  } catch {
    say(false);
  }
}
