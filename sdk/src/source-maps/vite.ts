/* oxlint-disable node/no-process-env -- a build's tokens come from its environment */
import { uploadMaps } from "./upload.ts";

export interface SourceMapsOptions {
  /** The release that the app gives to `init`; `VOXLOOP_RELEASE` unless given. */
  release?: string | undefined;
  /** Of Voxloop, e.g. `https://voxloop.example.com`; `VOXLOOP_URL` unless given. */
  url?: string | undefined;
  /** `VOXLOOP_PROJECT` unless given, and `default` unless that is. */
  project?: string | undefined;
  /** An API token with the scope `write`; `VOXLOOP_TOKEN` unless given. Without one nothing is uploaded. */
  token?: string | undefined;
  /** Delete each map once it is stored, so that it is not served. Default false. */
  deleteMaps?: boolean | undefined;
  /** End the build when a map is not stored. Default false: it is said, and the build goes on. */
  failBuild?: boolean | undefined;
}

/** What Vite, of any version, needs of a plugin. */
export interface SourceMapsPlugin {
  name: string;
  apply: "build";
  enforce: "post";
  config(config: { build?: { sourcemap?: boolean | "inline" | "hidden" | undefined } | undefined }): {
    build: { sourcemap: boolean | "inline" | "hidden" };
  };
  writeBundle(output: { dir?: string | undefined }): Promise<void>;
}

/**
 * Gives the built scripts debug ids and uploads their source maps. Where the build makes no source maps it has it make them,
 * without an address of them in the scripts.
 */
export function voxloopSourceMaps(options: SourceMapsOptions = {}): SourceMapsPlugin {
  return {
    name: "voxloop-source-maps",
    apply: "build",
    enforce: "post",
    config: ({ build }) => ({
      build: { sourcemap: build?.sourcemap === undefined ? "hidden" : build.sourcemap },
    }),
    writeBundle: async ({ dir }) => {
      if (dir !== undefined) await uploadBundle(dir, options);
    },
  };
}

async function uploadBundle(dir: string, options: SourceMapsOptions): Promise<void> {
  const { VOXLOOP_RELEASE, VOXLOOP_URL, VOXLOOP_TOKEN, VOXLOOP_PROJECT } = process.env;
  const { release = VOXLOOP_RELEASE ?? "", url = VOXLOOP_URL, token = VOXLOOP_TOKEN } = options;
  const project = options.project ?? VOXLOOP_PROJECT ?? "default";
  const receiver = url === undefined || token === undefined ? undefined : { url, token, project };
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const { failed, found, sent } = await uploadMaps(dir, {
    release,
    receiver,
    deleteMaps: options.deleteMaps,
    say,
  });
  const failures = lines.filter((line) => line.startsWith("failed"));
  if (failed > 0 && options.failBuild === true) throw new Error(`voxloop: ${failures.join("; ")}`);
  for (const line of failures) process.stderr.write(`voxloop: ${line}\n`);
  const what = receiver === undefined ? "none uploaded, as there is no url or token" : `${sent} uploaded`;
  process.stdout.write(`voxloop: ${found} source maps, ${what}\n`);
}
