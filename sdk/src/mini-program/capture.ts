import { ATTR } from "@voxloop/contract";
import type { Feature, FeatureClient, Stop } from "../core/feature.ts";
import { connectionOf } from "./device.ts";
import { watchPages } from "./pages.ts";
import { listenTo, type Wx, type WxError } from "./wx.ts";

export interface CaptureOptions {
  /** Errors that nobody caught, rejections that nobody handled, pages that are not there. Default true. */
  errors?: boolean | undefined;
  /** Each page shown, by its route without the query. Default true. */
  screens?: boolean | undefined;
}

/** What the mini-program does by itself. */
export function capture(wx: Wx, { errors = true, screens = true }: CaptureOptions): Feature {
  return {
    name: "mini-program",
    start(client) {
      const stops = [watchNetwork(wx, client)];
      if (errors) stops.push(...watchErrors(wx, client));
      if (screens)
        stops.push(watchPages((route) => client.guard(() => client.voxloop.screen(route), undefined)));
      return () => stops.forEach((stop) => stop());
    },
  };
}

function watchErrors(wx: Wx, { voxloop }: FeatureClient): Stop[] {
  const report = (error: unknown, origin: string): void =>
    voxloop.captureError(error, { attributes: { [ATTR.errorOrigin]: origin } });
  return [
    listenTo(wx, "Error", (error) => report(readError(error), "uncaught")),
    listenTo(wx, "UnhandledRejection", ({ reason }) =>
      report(typeof reason === "string" ? readError(reason) : reason, "rejection"),
    ),
    listenTo(wx, "PageNotFound", ({ path }) =>
      report({ name: "PageNotFound", message: `no page ${path.replace(/\?.*$/s, "")}` }, "uncaught"),
    ),
  ];
}

/** WeChat gives an error as text: maybe `MiniProgramError`, then message and stack, one a line. */
function readError(error: WxError): { name: string; message: string; stack: string } {
  const text = typeof error === "string" ? error : error.message;
  const stack = text.replace(/^(MiniProgramError|thirdScriptError)\s*\n/, "");
  const [first = ""] = stack.split("\n", 1);
  const [, name = "Error", message = first] = /^(?:Uncaught )?(\w*Error): (.*)$/.exec(first) ?? [];
  return { name, message, stack };
}

function watchNetwork(wx: Wx, { onDraft, guard }: FeatureClient): Stop {
  let type: string | undefined;
  const read = ({ networkType }: { networkType: string }): void => void (type = connectionOf(networkType));
  guard(() => void wx.getNetworkType?.({ success: read }), undefined);
  const stops = [
    listenTo(wx, "NetworkStatusChange", read),
    onDraft(() => (type ? { "network.connection.type": type } : undefined)),
  ];
  return () => stops.forEach((stop) => stop());
}
