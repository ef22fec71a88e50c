/**
 * A source's path as a reader knows it: without the bundler's scheme, without the way up to it from the built file
 * (`../../src/app.ts`), and without what could lead a reader elsewhere. "" for a source without a name.
 */
export function cleanSource(source: string | null): string {
  return (
    (source ?? "")
      .replaceAll("\\", "/")
      .replace(/^(?:webpack(?:-internal)?|rollup|vite|turbopack|ng|rsc|file):\/\/[^/]{0,253}/, "")
      .split("/")
      .filter((segment) => segment !== "" && segment !== "." && segment !== "..")
      .join("/")
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u001f\u007f]/g, "")
      .slice(0, 500)
  );
}
