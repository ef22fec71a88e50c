import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { json, jsonBody, newApi, problems, type ApiEnv } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import { createAttemptLimit } from "./attempt-limit.ts";
import { credentials, me, type Me } from "./person.ts";
import { clearSessionCookie, readSessionCookie, setSessionCookie } from "./session-cookie.ts";
import { describeMe, endSession, findSession, startSession } from "./session.ts";
import { signIn } from "./sign-in.ts";
import { redeemSignInLink } from "./sign-in-link.ts";

const open = { tags: ["session"], security: [] };
const meAnswer = json(me.openapi("Me"), "Who is signed in");

const signInByPassword = createRoute({
  ...open,
  method: "post",
  path: "/session",
  summary: "Sign in with e-mail and password; sets the session cookie",
  request: {
    body: jsonBody(credentials.openapi("Credentials")),
  },
  responses: {
    200: meAnswer,
    400: problems[400],
    401: problems[401],
    429: { ...problems[400], description: "Too many attempts: see Retry-After" },
  },
});

const signInByLink = createRoute({
  ...open,
  method: "post",
  path: "/session/link",
  summary: "Sign in with the token of a one-time link; sets the session cookie",
  request: {
    body: jsonBody(z.object({ token: z.string().min(1).max(200) })),
  },
  responses: { 200: meAnswer, 400: problems[400], 401: problems[401] },
});

const whoAmI = createRoute({
  ...open,
  method: "get",
  path: "/session",
  summary: "Who is signed in by the session cookie",
  responses: { 200: meAnswer, 401: problems[401] },
});

const signOut = createRoute({
  ...open,
  method: "delete",
  path: "/session",
  summary: "Sign out; ends the session and clears the cookie",
  responses: { 204: { description: "Signed out" } },
});

/** Signing in and out. Attempts with a password are counted by e-mail and address: ten in 15 minutes. */
export function createSessionRoutes(deps: Deps) {
  const limit = createAttemptLimit({ attempts: 10, windowSeconds: 900 });
  const { ledger, now } = deps;

  async function begin(context: Context<ApiEnv>, userId: string): Promise<Me> {
    const secret = await startSession(ledger, userId, now());
    setSessionCookie(context, secret, deps.publicUrl);
    return identify(secret);
  }

  async function identify(secret: string): Promise<Me> {
    const person = await findSession(ledger, secret, now());
    if (person === undefined) throw new Problem(401, "Not signed in");
    return describeMe(ledger, person);
  }

  return newApi()
    .openapi(signInByPassword, async (context) => {
      const attempt = { ...context.req.valid("json"), address: addressOf(context), now: now() };
      return context.json(await begin(context, await signIn(ledger, limit, attempt)), 200);
    })
    .openapi(signInByLink, async (context) => {
      const userId = await redeemSignInLink(ledger, context.req.valid("json").token, now());
      if (userId === undefined) {
        throw new Problem(401, "Not signed in", {
          detail: "The link was used already, or its time is over.",
        });
      }
      return context.json(await begin(context, userId), 200);
    })
    .openapi(whoAmI, async (context) => context.json(await identify(readSessionCookie(context)), 200))
    .openapi(signOut, async (context) => {
      await endSession(ledger, readSessionCookie(context));
      clearSessionCookie(context);
      return context.body(null, 204);
    });
}

/** The peer's address, as the Node server hands it over; a forwarded-for header proves nothing and is not read. */
function addressOf(context: Context<ApiEnv>): string {
  const bindings = context.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return bindings?.incoming?.socket?.remoteAddress ?? "";
}
