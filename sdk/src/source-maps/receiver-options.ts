import type { Receiver } from "./send.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

interface Values {
  url?: string | undefined;
  token?: string | undefined;
  project?: string | undefined;
}

/** Where to send, by the options or the environment; throws with what is missing. */
export function readReceiver(values: Values, environment: Environment): Receiver {
  return {
    url: address(required(values.url ?? environment["VOXLOOP_URL"], "--url")),
    token: required(values.token ?? environment["VOXLOOP_TOKEN"], "--token"),
    project: values.project ?? environment["VOXLOOP_PROJECT"] ?? "default",
  };
}

/** The value of an option that may stand in `variable` of the environment instead. */
export function required(
  value: string | undefined,
  option: string,
  variable = `VOXLOOP_${option.slice(2).toUpperCase()}`,
): string {
  if (value !== undefined && value.trim() !== "") return value.trim();
  throw new Error(`${option} is missing, and so is ${variable}`);
}

function address(url: string): string {
  if (URL.canParse(url) && /^https?:\/\//.test(url)) return url;
  throw new Error(
    `--url must be an address such as https://voxloop.example.com, and is ${JSON.stringify(url)}`,
  );
}
