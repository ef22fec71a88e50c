import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { SESSION_SECONDS } from "./session.ts";

const NAME = "voxloop_session";

/** The session's secret of a request, "" without one. */
export function readSessionCookie(context: Context): string {
  return getCookie(context, NAME) ?? "";
}

/** Hands the secret to the browser alone: no script reads it, and no other site's request but a plain link carries it. */
export function setSessionCookie(context: Context, secret: string, publicUrl: string): void {
  setCookie(context, NAME, secret, {
    httpOnly: true,
    sameSite: "Lax",
    secure: publicUrl.startsWith("https:"),
    path: "/",
    maxAge: SESSION_SECONDS,
  });
}

export function clearSessionCookie(context: Context): void {
  deleteCookie(context, NAME, { path: "/" });
}
