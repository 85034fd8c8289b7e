/** The graph of a topology as a page, with no script in it. */
import { run } from "./command";

/** What the nodes of the graph are. */
export type View = "components" | "objects";

/** The graph of a topology, as SVG. It goes as far as the topology is right. */
export async function graph(command: string, root: string, view: View, namespace?: string): Promise<string> {
  const only = namespace === undefined ? [] : ["--namespace", namespace];
  const args = ["graph", "--color", "never", "--format", "dot", "--view", view, ...only, root];
  const { stdout, stderr } = await run(command, args);
  if (!stdout) {
    throw new Error(stderr.trim());
  }
  return draw(stdout);
}

/** Draws what is written for Graphviz. */
export async function draw(dot: string): Promise<string> {
  // Large, and of no use before.
  const { instance } = await import("@viz-js/viz");
  const svg = (await instance()).renderString(dot, { format: "svg", engine: "dot" });
  return svg.slice(svg.indexOf("<svg"));
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** The page that shows a drawing. It runs nothing and loads nothing. */
export function page(title: string, svg: string, nonce: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>${escape(title)}</title>
<style nonce="${nonce}">
body { margin: 0; padding: 1em; }
svg { background: white; }
</style>
</head>
<body>
${svg}
</body>
</html>
`;
}
