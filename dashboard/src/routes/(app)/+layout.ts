import { redirect } from "@sveltejs/kit";
import { session } from "#session.svelte.ts";

/** Nobody gets past here without a session; the page asked for is kept for after signing in. */
export async function load({ url }: { url: URL }): Promise<void> {
  if (session.me) return;
  if (!(await session.restore())) {
    redirect(307, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
  }
}
