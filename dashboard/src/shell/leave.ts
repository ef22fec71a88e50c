import { goto } from "$app/navigation";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";

/** Signs out and shows the door; when the api does not answer, the person stays signed in and is told so. */
export async function leave(): Promise<void> {
  try {
    await session.signOut();
    await goto("/sign-in");
  } catch (cause) {
    toasts.bad(sayError(cause));
  }
}
