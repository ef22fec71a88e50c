import { goto } from "$app/navigation";
import { ApiError } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";

/** Only addresses of the dashboard itself: an absolute one would make this door a redirector for phishers. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/";
}

export class SignInPage {
  email = $state("");
  password = $state("");
  isBusy = $state(false);
  problem = $state("");
  readonly #next: string;

  constructor(next: string | null) {
    this.#next = safeNext(next);
  }

  async byPassword(): Promise<void> {
    await this.#try(() => session.signIn(this.email.trim(), this.password), m.sign_in_wrong());
  }

  async byLink(token: string): Promise<void> {
    await this.#try(() => session.signInByLink(token), m.sign_in_link_dead());
  }

  async #try(signIn: () => Promise<void>, refused: string): Promise<void> {
    this.isBusy = true;
    this.problem = "";
    try {
      await signIn();
      await goto(this.#next, { replace: true });
    } catch (cause) {
      const isRefused = cause instanceof ApiError && cause.status >= 400 && cause.status < 429;
      this.problem = isRefused ? refused : sayError(cause);
    } finally {
      this.isBusy = false;
    }
  }
}
