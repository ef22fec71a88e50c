/**
 * A web origin as browsers send it, `scheme://host[:port]`, or `scheme://*.host[:port]` for all its subdomains; undefined
 * when it is neither. Apps in a web view have schemes of their own, e.g. `capacitor://localhost`.
 */
export function readOrigin(text: string): string | undefined {
  const [, scheme = "", wildcard = "", rest = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/(\*\.)?([^/?#@*\s]+)$/i.exec(text.trim()) ?? [];
  if (rest === "") return undefined;
  // As http, so that the host is checked and written as browsers do: in lower case, and punycode for 银行.example.
  const url = URL.parse(`${isWeb(scheme) ? scheme : "http"}://${rest}`);
  if (url === null || url.host === "") return undefined;
  // `*.example` would be every site there is below it.
  if (wildcard !== "" && !url.hostname.includes(".")) return undefined;
  return `${scheme.toLowerCase()}://${wildcard}${url.host}`;
}

function isWeb(scheme: string): boolean {
  return /^https?$/i.test(scheme);
}
