/** An event as an app sends it: who, as far as it is known. */
export interface Sent {
  /** Unix milliseconds. */
  time: number;
  user: string;
  installation: string;
  session: string;
  /** The id that the user had before. */
  previous: string;
  outcome: string;
}

/** The id that the collector stores an event under. */
export const storedId = ({ user, installation, session }: Sent): string => user || installation || session;

/** An event as `events_v1` has it. */
export function rowOf(sent: Sent, event_id: string) {
  return {
    event_id,
    time: new Date(sent.time).toISOString(),
    event_name: sent.previous === "" ? "vox.transaction" : "vox.identified",
    customer_id: storedId(sent),
    user_id: sent.user,
    installation_id: sent.installation,
    session_id: sent.session,
    flow: "transfer",
    outcome: sent.outcome,
    error_code: sent.outcome === "failed" ? "E1042" : "",
    attributes: sent.previous === "" ? {} : { "vox.previous_id": sent.previous },
  };
}

/** Two users never act at the same millisecond, so that who signed in first is never a matter of taste; others may. */
export const MS_OF_USER: Record<string, number> = { u1: 1, u2: 2, u3: 3 };

const MOST_USERS = 5;

/** Whose each id is, by the words of docs/identity.md and nothing else. */
export function resolveSlowly(events: readonly Sent[]): (id: string) => string {
  const users = new Map<string, string[]>();
  const aliases = new Set<string>();
  for (const { user, installation, session, previous } of events.toSorted((a, b) => a.time - b.time)) {
    if (user === "") continue;
    const anonymous = installation || session;
    for (const id of [anonymous, previous]) {
      if (id === "" || id === user) continue;
      if (id !== anonymous) aliases.add(id);
      users.set(id, [...(users.get(id) ?? []), user]);
    }
  }
  const firstUser = (id: string): string | undefined => {
    const all = users.get(id) ?? [];
    return new Set(all).size > MOST_USERS ? undefined : all[0];
  };
  return (id) => {
    const chain = [id];
    for (;;) {
      const last = chain.at(-1) ?? "";
      const next = chain.length === 1 || aliases.has(last) ? firstUser(last) : undefined;
      if (next === undefined) return last;
      const circle = chain.indexOf(next);
      if (circle >= 0) return chain.slice(circle).toSorted()[0] ?? "";
      chain.push(next);
    }
  };
}
