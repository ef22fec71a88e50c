import { paraglideVitePlugin } from "@inlang/paraglide-js";
import adapter from "@sveltejs/adapter-static";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: "./project.inlang",
      outdir: "./src/paraglide",
      strategy: ["localStorage", "preferredLanguage", "baseLocale"],
      localStorageKey: "voxloop.locale",
    }),
    // One page for every address: the api process serves index.html where no file matches.
    sveltekit({ adapter: adapter({ fallback: "index.html" }) }),
  ],
  server: {
    proxy: { "/api": "http://localhost:4318" },
  },
});
