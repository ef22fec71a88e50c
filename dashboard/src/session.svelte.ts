import type { Me, Project } from "@voxloop/analytics/shapes";
import { getLocale } from "#paraglide/runtime.js";
import { ApiError, call } from "./api.ts";
import { createFormat } from "./format.ts";

const PROJECT_KEY = "voxloop.project";

/** Who is signed in and which project is looked at. */
class Session {
  me = $state.raw<Me | undefined>();
  project = $state.raw<Project | undefined>();
  format = $derived(createFormat(getLocale(), this.project?.timeZone ?? "UTC"));

  get projectId(): string {
    return this.project?.id ?? "";
  }

  /** Path of something of the project, for the api. */
  path(rest: string): string {
    return `/projects/${encodeURIComponent(this.projectId)}${rest}`;
  }

  /** Who the cookie says is there; false when nobody is signed in. */
  async restore(): Promise<boolean> {
    try {
      await this.#enter(await call<Me>("/session"));
      return true;
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 401) return false;
      throw cause;
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.#enter(await call<Me>("/session", { method: "POST", body: { email, password } }));
  }

  async signInByLink(token: string): Promise<void> {
    await this.#enter(await call<Me>("/session/link", { method: "POST", body: { token } }));
  }

  async signOut(): Promise<void> {
    await call("/session", { method: "DELETE" });
    this.me = undefined;
    this.project = undefined;
  }

  async choose(projectId: string): Promise<void> {
    this.project = await call<Project>(`/projects/${encodeURIComponent(projectId)}`);
    localStorage.setItem(PROJECT_KEY, projectId);
  }

  async #enter(me: Me): Promise<void> {
    const kept = localStorage.getItem(PROJECT_KEY);
    const chosen = me.projects.find(({ id }) => id === kept) ?? me.projects[0];
    if (chosen) await this.choose(chosen.id);
    this.me = me;
  }
}

export const session = new Session();
