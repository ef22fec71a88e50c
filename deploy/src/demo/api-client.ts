import { createApi, type Deps, type Issue } from "@voxloop/analytics";
import { hashSecret, hintOf, newSecret, schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";

/** The product's own API, asked in this process by a simulated member of the bank's staff. */
export interface ApiClient {
  get<Answer>(path: string): Promise<Answer>;
  send<Answer>(method: "POST" | "PATCH", path: string, body: object): Promise<Answer>;
  /** The open issue of an error code, if a job has opened it. */
  findIssue(code: string): Promise<Issue | undefined>;
  /** Takes its access back. */
  close(): Promise<void>;
}

/** Opens access to one project under a token of its own, whose name the timelines show. */
export async function openApiClient(deps: Deps, of: { projectId: string; name: string }): Promise<ApiClient> {
  const token = newSecret("vxl");
  const { apiTokens } = schema;
  const tokenHash = hashSecret(token);
  await deps.ledger.db.insert(apiTokens).values({
    name: of.name,
    hint: hintOf(token),
    tokenHash,
    scopes: ["read", "write"],
    projectId: of.projectId,
    createdAt: deps.now(),
  });
  const api = createApi(deps);
  const ask = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await api.request(`/api/v1/projects/${of.projectId}${path}`, { ...init, headers });
    if (!answer.ok)
      throw new Error(`${init.method ?? "GET"} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
  return {
    get: ask,
    send: (method, path, body) => ask(path, { method, body: JSON.stringify(body) }),
    async findIssue(code) {
      const { items } = await ask<{ items: Issue[] }>("/issues?limit=200");
      return items.find((issue) => issue.evidence.code === code);
    },
    close: async () =>
      void (await deps.ledger.db.delete(apiTokens).where(eq(apiTokens.tokenHash, tokenHash))),
  };
}
