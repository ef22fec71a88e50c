const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["WeChat", /MicroMessenger\/([\d.]+)/],
  ["Alipay", /AlipayClient\/([\d.]+)/],
  ["Edge", /Edg(?:A|iOS)?\/([\d.]+)/],
  ["Opera", /OPR\/([\d.]+)/],
  ["Samsung Internet", /SamsungBrowser\/([\d.]+)/],
  ["Firefox", /(?:Firefox|FxiOS)\/([\d.]+)/],
  ["Chrome", /(?:Chrome|CriOS)\/([\d.]+)/],
  ["Safari", /Version\/([\d.]+).*Safari/],
];

const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["HarmonyOS", /(?:HarmonyOS|OpenHarmony)[ /]?([\d.]*)/],
  ["Android", /Android ?([\d.]*)/],
  ["iOS", /(?:iPhone|iPad|iPod).*? OS ([\d_]+)/],
  ["Windows", /Windows NT ([\d.]+)/],
  ["macOS", /Mac OS X ([\d_.]+)/],
  ["ChromeOS", /CrOS \S+ ([\d.]+)/],
  ["Linux", /Linux()/],
];

/** Browser and operating system as far as the user agent tells; absent where it does not. */
export function readUserAgent(userAgent: string): Record<string, string> {
  return { ...read("browser", BROWSERS, userAgent), ...read("os", SYSTEMS, userAgent) };
}

function read(prefix: string, known: typeof BROWSERS, userAgent: string): Record<string, string> {
  for (const [name, pattern] of known) {
    const match = pattern.exec(userAgent);
    if (!match) continue;
    const version = match[1]?.replaceAll("_", ".");
    return { [`${prefix}.name`]: name, ...(version ? { [`${prefix}.version`]: version } : {}) };
  }
  return {};
}
