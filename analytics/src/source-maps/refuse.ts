import { Problem } from "../http/problem.ts";

/** An upload whose body is not what it must be. */
export function refuse(reason: string): never {
  throw new Problem(400, "Invalid request", {
    detail: `body: ${reason}`,
    in: "body",
    errors: [{ field: "body", reason }],
  });
}
