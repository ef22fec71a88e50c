import type { createTestApp } from "../http/test-app.fixture.ts";

/** Asks an app as a script does: what is sent is JSON, and so is the answer. */
export function callsOf(app: () => ReturnType<typeof createTestApp>) {
  return async (method: string, path: string, send?: object) => {
    const headers = { "content-type": "application/json" };
    const init = send === undefined ? { method } : { method, headers, body: JSON.stringify(send) };
    const response = await app().request(path, init);
    return { status: response.status, body: await response.json() };
  };
}
