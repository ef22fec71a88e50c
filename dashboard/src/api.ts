/** A refusal of the api: the problem+json it answered with, or status 0 when it could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  /** The answer's own members, e.g. `current` on 409. */
  readonly problem: Record<string, unknown>;

  constructor(status: number, problem: Record<string, unknown>) {
    const said = [problem["detail"], problem["title"]].find((text) => typeof text === "string");
    super(said ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

type Query = Record<string, string | number | readonly string[] | undefined>;

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Query;
  /** Sent as JSON, but a Blob as it is. */
  body?: unknown;
  signal?: AbortSignal;
}

const BASE = "/api/v1";

/** Questions by the signal that their fetches share, so that what waits for them can ask how far they are. */
const questions = new WeakMap<AbortSignal, string>();

/** Gives every call with the signal one id, by which its progress is asked. */
export function nameQuestion(signal: AbortSignal): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  questions.set(signal, id);
  return id;
}

export function toSearch(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

/** Calls the api on the same origin; the session cookie goes along. Throws ApiError, or AbortError when `signal` fired. */
export async function call<Answer>(path: string, options: Call = {}): Promise<Answer> {
  const text = await (await send(path, options)).text();
  return (text === "" ? undefined : readJson(text)) as Answer;
}

/** Asks for a file and has the browser save it. Throws as `call` does. */
export async function saveFile(path: string, name: string, options: Call = {}): Promise<void> {
  const url = URL.createObjectURL(await (await send(path, options)).blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Firefox reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), REVOKED_AFTER_MS);
}

const REVOKED_AFTER_MS = 60_000;

async function send(path: string, options: Call): Promise<Response> {
  const { method = "GET", query = {}, body, signal } = options;
  const question = signal && questions.get(signal);
  const headers = {
    ...(body !== undefined && { "content-type": body instanceof Blob ? body.type : "application/json" }),
    ...(question !== undefined && { "x-question-id": question }),
  };
  const init: RequestInit = { method, headers };
  if (signal) init.signal = signal;
  if (body !== undefined) init.body = body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetch(`${BASE}${path}${toSearch(query)}`, init).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, {});
  });
  if (response.ok) return response;
  const problem = readJson(await response.text());
  throw new ApiError(response.status, isRecord(problem) ? problem : {});
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
