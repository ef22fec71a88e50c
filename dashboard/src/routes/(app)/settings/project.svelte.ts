import type { Project, ProjectChange } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { m } from "#paraglide/messages.js";
import { sayError } from "#said.ts";
import { session } from "#session.svelte.ts";
import { toasts } from "#toasts.svelte.ts";

export async function saveProject(change: ProjectChange): Promise<void> {
  try {
    session.project = await call<Project>(session.path(""), { method: "PATCH", body: change });
    toasts.good(m.project_saved());
  } catch (cause) {
    toasts.bad(sayError(cause));
  }
}
