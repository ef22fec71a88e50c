/** The write key a request brings: bearer token, `x-voxloop-key`, user name of Basic, or `?key=`. */
export function readWriteKey(request: Request): string | undefined {
  const { headers } = request;
  const [, scheme = "", credentials = ""] =
    /^(\S+)\s+(\S+)\s*$/.exec(headers.get("authorization") ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return credentials;
  const named = headers.get("x-voxloop-key");
  if (named !== null && named !== "") return named;
  if (scheme.toLowerCase() === "basic")
    return Buffer.from(credentials, "base64").toString("utf8").split(":")[0];
  return new URL(request.url).searchParams.get("key") ?? undefined;
}
