// Makes dist/extension.js: the extension with all that it needs but `vscode`.
import { build } from "esbuild";

await build({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  // That of the oldest editor in `engines`.
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
});
