import { SeverityNumber, type Attributes, type Logger as OtelLogger } from "@opentelemetry/api";
import type { Logger } from "@voxloop/analytics";

type Level = keyof Logger;

const SEVERITY: Record<Level, SeverityNumber> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/** A log whose lines go to OpenTelemetry as well; debug lines stay here. */
export function alsoTo(otel: OtelLogger, log: Logger): Logger {
  const both =
    (level: Level) =>
    (fields: object, message: string): void => {
      log[level](fields, message);
      otel.emit({
        severityNumber: SEVERITY[level],
        severityText: level.toUpperCase(),
        body: message,
        attributes: attributesOf(fields),
      });
    };
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: both("info"),
    warn: both("warn"),
    error: both("error"),
  };
}

function attributesOf(fields: object): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (value instanceof Error) Object.assign(attributes, describe(value));
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      attributes[name] = value;
    else if (value !== undefined) attributes[name] = JSON.stringify(value);
  }
  return attributes;
}

function describe({ name, message, stack }: Error): Attributes {
  return {
    "exception.type": name,
    "exception.message": message,
    ...(stack === undefined ? {} : { "exception.stacktrace": stack }),
  };
}
