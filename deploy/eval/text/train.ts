import { writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { encodeModel } from "@voxloop/analytics";
import { buildModel } from "./build-model.ts";
import { readComments } from "./comments.ts";

const FILE = new URL("../../../analytics/src/text/sentiment.model", import.meta.url);

/** `pnpm eval text-train`: trains the model that ships on the data folder, and writes it where it is read from. */
export function trainText(data: string): string {
  const comments = { zh: readComments(data, "zh"), en: readComments(data, "en") };
  const model = buildModel(comments, "linear-2");
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const file = brotliCompressSync(encodeModel(model), { params });
  writeFileSync(FILE, file);
  return `${model.version}: ${file.length} bytes, neutral above ${JSON.stringify(model.neutralAbove)}`;
}
