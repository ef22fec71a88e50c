import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Hono } from "hono";
import type { ApiEnv } from "./api.ts";

const FOLDER = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const FILES: Record<string, string> = {
  "swagger-ui.css": "text/css",
  "swagger-ui-bundle.js": "text/javascript",
  "favicon-32x32.png": "image/png",
};

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Voxloop API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="reference"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
`;

const START = `SwaggerUIBundle({ url: "openapi.json", dom_id: "#reference", deepLinking: true, validatorUrl: null });\n`;

/** Swagger UI draws its icons as data: images; nothing else leaves what this origin serves. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The browsable reference at `/docs`, whole from this server: it works where no other site can be reached. */
export function createDocsRoutes(): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.get("/docs", (context) =>
    context.html(PAGE, 200, { "content-security-policy": CONTENT_SECURITY_POLICY }),
  );
  routes.get("/docs/start.js", (context) =>
    context.body(START, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  for (const [name, type] of Object.entries(FILES)) {
    routes.get(`/docs/${name}`, async (context) =>
      context.body(await readFile(join(FOLDER, name)), 200, {
        "content-type": type,
        "cache-control": "public, max-age=86400",
      }),
    );
  }
  return routes;
}
