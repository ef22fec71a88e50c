/**
 * A file's name as every build and machine has it: no server, no folder that the app is installed in, no hash or version.
 */
export function cleanPath(path: string): string {
  // Made at run time, under a name by chance.
  if (/^(?:blob|data):/.test(path)) return path.slice(0, 4);
  return path
    .replaceAll("\\", "/")
    .replace(ADDRESS, "")
    .replace(BUNDLE, "$1/")
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

/** What HarmonyOS puts before a file: `package|module|version|`. */
const BUNDLE = /^([\w.@-]{1,100})\|[\w.@-]{1,100}\|[\w.-]{0,50}\|/;

const INSTALLED =
  /^\/(?:usr\/src\/app|usr\/local\/app|home\/[^/]+|Users\/[^/]+|var\/www|var\/task|opt|srv|app|root|workspace|build|data)\/(?:releases\/[^/]+\/)?/;

function cleanFolder(folder: string): string {
  return /^v?\d[\w.-]*$/.test(folder) || isHexadecimal(folder) ? "*" : folder;
}

/** `app.3f2a1b.js` and `app-B7f3k9Qx.js` are `app.*.js`; of a chunk that is only numbered or hashed nothing stays. */
function cleanFile(file: string): string {
  // A dash may also be within a hash.
  const [, name, hash, ending] = /^(.+?)[-.]([\w-]{8})(\.m?[jt]sx?)$/.exec(file) ?? [];
  if (hash !== undefined && isMixed(hash)) return `${name}.*${ending}`;
  return file
    .split(/([.-])/)
    .map((part, index) =>
      isHexadecimal(part) || /^\d+$/.test(part) || (index > 0 && isMixed(part)) ? "*" : part,
    )
    .join("")
    .replaceAll(/[-.]\*/g, ".*");
}

function isHexadecimal(text: string): boolean {
  return /^[0-9a-f]{6,64}$/i.test(text) && /\d/.test(text);
}

/** Eight letters and digits that change more often than words do, as bundlers name what is in a file. */
function isMixed(text: string): boolean {
  if (!/^[\w-]{8}$/.test(text) || /^(?:[A-Z]?[a-z]{2,}\d{0,2}){1,4}$/.test(text)) return false;
  const changes = text.match(/[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g)?.length ?? 0;
  return changes >= 3;
}
