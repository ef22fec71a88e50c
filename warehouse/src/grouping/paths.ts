/**
 * A file's name as every build and machine has it: no server, no folder that the app is installed in, no hash or version.
 */
export function cleanPath(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(ADDRESS, "")
    .replace(/[?#].*$/, "")
    .replace(/^[A-Za-z]:/, "")
    .replace(INSTALLED, "/")
    .replaceAll(/\/(?:\.\/)+/g, "/")
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .map((segment, index, all) => (index === all.length - 1 ? cleanFile(segment) : cleanFolder(segment)))
    .join("/");
}

const ADDRESS =
  /^(?:address at )?(?:(?:webpack-internal|webpack|rsc|turbopack|vite|app|file|https?|capacitor|ionic|blob):\/\/[^/]{0,253})?/;

const INSTALLED =
  /^\/(?:usr\/src\/app|usr\/local\/app|home\/[^/]+|Users\/[^/]+|var\/www|var\/task|opt|srv|app|root|workspace|build|data)\/(?:releases\/[^/]+\/)?/;

function cleanFolder(folder: string): string {
  return /^v?\d[\w.-]*$/.test(folder) || isHash(folder) ? "*" : folder;
}

/** `app.3f2a1b.js` and `app-B7f3k9Qx.js` are `app.*.js`; of a chunk that is only numbered or hashed nothing stays. */
function cleanFile(file: string): string {
  const parts = file.split(/([.-])/);
  const cleaned = parts.map((part) => (isHash(part) || /^\d+$/.test(part) ? "*" : part));
  // A dash may also be within a hash: what follows the first one up to the ending is looked at as a whole.
  const whole = /^(.+?)[-.]([\w-]{8,10})(\.m?[jt]sx?)$/.exec(file);
  if (whole !== null && isHash(whole[2] ?? "")) return `${whole[1]}.*${whole[3]}`;
  return cleaned.join("").replaceAll(/[-.]\*/g, ".*");
}

/** Hexadecimal with a digit, or letters and digits mixed as no word is. */
export function isHash(text: string): boolean {
  if (/^[0-9a-f]{6,64}$/i.test(text)) return /\d/.test(text);
  return /^[\w-]{7,40}$/.test(text) && !/^(?:[A-Z]?[a-z]{2,}\d{0,2}){1,8}$/.test(text) && isMixed(text);
}

function isMixed(text: string): boolean {
  const changes = text.match(/[a-z](?=[A-Z\d])|[A-Z](?=[a-z]?[A-Z\d])|\d(?=[A-Za-z])/g)?.length ?? 0;
  return changes >= 3;
}
