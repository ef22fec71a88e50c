import { ATTR } from "@voxloop/contract";
import { ForbiddenEnvironment } from "./record.ts";

/** Gives the row back when its environment is one of these, or these are none; else throws a ForbiddenEnvironment. */
export function inEnvironments<Row extends { environment?: string }>(
  row: Row,
  environments: readonly string[],
): Row {
  const { environment = "" } = row;
  if (environments.length === 0 || environments.includes(environment)) return row;
  const said =
    environment === "" ? `it has no ${ATTR.environment}` : `its ${ATTR.environment} is not allowed`;
  throw new ForbiddenEnvironment(`${said}: the write key sends for ${environments.join(", ")}`);
}
