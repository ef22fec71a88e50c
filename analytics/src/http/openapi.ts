import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv } from "./api.ts";

type Document = ReturnType<OpenAPIHono<ApiEnv>["getOpenAPI31Document"]>;

/** The OpenAPI 3.1 document of every mounted route. A route is for signed-in callers unless it says `security: []`. */
export function describeApi(app: OpenAPIHono<ApiEnv>): Document {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Voxloop API",
      version: "1",
      description:
        "Errors that stop customers, funnels, voices and the closed loop of issues. Lists answer `{items, nextCursor}`; " +
        "times are ISO 8601 in UTC; errors are `application/problem+json` (RFC 9457).",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }, { session: [] }],
  });
}

export function registerSecuritySchemes(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "vxl_...",
    description: "An API token with the scopes `read`, `write` or `admin`, for all projects or for one.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "voxloop_session",
    description: "The cookie that `POST /api/v1/session` sets; it has every scope.",
  });
}
