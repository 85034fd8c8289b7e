/** The parts that need no server's connection: finding topologies, checking, drawing. */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { check } from "../src/command";
import { draw, graph, page } from "../src/graph";
import { isRoot, rootOf, roots } from "../src/topologies";

const jtc = process.env["JTC_SERVER"] ?? "jtc";
const topology = process.env["JTC_TOPOLOGY"] ?? join(__dirname, "../../../../conformance/editors/topology");

async function inCopy(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "jtc-vscode-"));
  try {
    await cp(topology, folder, { recursive: true });
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("a root says its edition first", () => {
  for (const yes of [
    "edition 1",
    "\uFEFFedition 1\n",
    "// one\n\n/* two /* three */ four */ edition 1\n",
    "/- kdl-version 2\nedition\t1; cluster \"a\"\n",
  ]) {
    assert.ok(isRoot(yes), yes);
  }
  for (const no of ["", "editions 1", "edition \"x\"", "layout {\n edition 1\n}", "/* edition 1", "// edition 1"]) {
    assert.ok(!isRoot(no), no);
  }
});

test("a file is part of the topology that includes it, and no other is", () =>
  inCopy(async (folder) => {
    const site = join(folder, "sites/prod.kdl");
    const root = join(folder, "topology.kdl");
    assert.equal(await rootOf(site, await readFile(site, "utf8")), root);
    assert.equal(await rootOf(root, await readFile(root, "utf8")), root);
    const other = join(folder, "layout.kdl");
    await writeFile(other, "layout { pane; }\n");
    assert.equal(await rootOf(other, "layout { pane; }\n"), undefined);
    assert.equal(await rootOf(join(folder, "new.jtc.kdl"), ""), join(folder, "new.jtc.kdl"));
    assert.deepEqual(await roots(folder), [root]);
  }));

test("includes of includes are followed", () =>
  inCopy(async (folder) => {
    await writeFile(join(folder, "sites/prod.kdl"), 'include "more.kdl"\n');
    const more = join(folder, "sites/more.kdl");
    await writeFile(more, "");
    await writeFile(join(folder, "topology.kdl"), 'edition 1\ninclude "sites/prod.kdl"\n');
    assert.equal(await rootOf(more, ""), join(folder, "topology.kdl"));
  }));

test("a check has a line for each mistake", () =>
  inCopy(async (folder) => {
    const site = join(folder, "sites/prod.kdl");
    await writeFile(site, (await readFile(site, "utf8")).replace('to="gui"', 'to="giu"'));
    const { lines, errors } = await check(jtc, join(folder, "topology.kdl"));
    assert.equal(errors, 1);
    assert.deepEqual(lines, [`${site}:6:72: error J0301: there is no component \`giu\``]);
    await assert.rejects(check(jtc, join(folder, "absent.kdl")), /absent/);
    await assert.rejects(check(join(folder, "no-program"), site), /can't run/);
  }));

test("the graph is drawn, as a whole and of a namespace", () =>
  inCopy(async (folder) => {
    const root = join(folder, "topology.kdl");
    const whole = await graph(jtc, root, "objects");
    assert.ok(whole.startsWith("<svg"));
    // Graphviz writes `-` so.
    assert.ok(whole.includes("jobmon&#45;server"));
    const part = await graph(jtc, root, "components", "jobmon-prod");
    assert.ok(part.includes("jobmon&#45;prod/server") && part.length < whole.length);
    await assert.rejects(graph(jtc, join(folder, "absent.kdl"), "objects"), /absent/);
  }));

test("a page runs nothing and loads nothing, whatever names a topology has", async () => {
  const name = "<script>alert(1)</script><img src=x onerror=alert(1)>";
  const svg = await draw(`digraph { a [label=${JSON.stringify(name)}]; }`);
  const html = page(name, svg, "abc");
  assert.doesNotMatch(html, /<script|<img/);
  assert.match(html, /content="default-src 'none'; style-src 'nonce-abc'"/);
  assert.match(html, /<title>&#60;script&#62;/);
});
