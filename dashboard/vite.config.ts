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
    sveltekit({
      adapter: adapter({ fallback: "index.html" }),
      // Feedback and error messages are strangers' text: should one ever get out of its place, it still runs nothing.
      csp: {
        mode: "hash",
        directives: {
          "default-src": ["self"],
          "script-src": ["self"],
          // Widths of bars and ECharts' own marks are style attributes.
          "style-src": ["self", "unsafe-inline"],
          "img-src": ["self", "data:"],
          "object-src": ["none"],
          "base-uri": ["none"],
          "form-action": ["self"],
        },
      },
    }),
  ],
  server: {
    proxy: { "/api": "http://localhost:4318" },
  },
});
