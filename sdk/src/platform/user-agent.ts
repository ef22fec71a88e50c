/** Name, and the product token before `/version`; the first that matches counts, as most claim to be Chrome or Safari. */
const BROWSERS = {
  WeChat: "MicroMessenger/",
  Alipay: "AlipayClient/",
  Edge: "Edg[AiOS]*/",
  Firefox: "(?:Firefox|FxiOS)/",
  Chrome: "(?:Chrome|CriOS)/",
  Safari: "Version/",
};

const SYSTEMS = {
  HarmonyOS: "(?:Harmony|OpenHarmony)(?:OS)?[ /]?",
  Android: "Android ?",
  iOS: "(?:iPhone|iPad|iPod).*? OS ",
  Windows: "Windows NT ",
  macOS: "Mac OS X ",
  Linux: "Linux ?",
};

/** Browser and operating system as far as the user agent tells; absent where it does not. */
export function readUserAgent(userAgent: string): Record<string, string> {
  return { ...read("browser", BROWSERS, userAgent), ...read("os", SYSTEMS, userAgent) };
}

function read(prefix: string, known: Record<string, string>, userAgent: string): Record<string, string> {
  for (const [name, token] of Object.entries(known)) {
    const match = new RegExp(`${token}([\\d._]*)`).exec(userAgent);
    if (!match) continue;
    const version = match[1]?.replace(/_/g, ".");
    return { [`${prefix}.name`]: name, ...(version ? { [`${prefix}.version`]: version } : {}) };
  }
  return {};
}
