import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/demo/",
  plugins: [svelte()],
  build: { outDir: "../dist/demo", emptyOutDir: true },
});
