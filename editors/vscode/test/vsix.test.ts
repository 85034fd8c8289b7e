/** What `npm run package` has made. */
import assert from "node:assert/strict";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { text } from "node:stream/consumers";
import { openPromise } from "yauzl";

const files = new Map<string, string>();

before(async () => {
  const zip = await openPromise(join(__dirname, "../../jtc.vsix"));
  for await (const entry of zip.eachEntry()) {
    files.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)));
  }
});

function file(name: string): string {
  const found = files.get(name);
  assert.ok(found !== undefined, `the package has no ${name}`);
  return found;
}

test("it has what it needs and nothing else", () => {
  assert.deepEqual([...files.keys()].sort(), [
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/dist/extension.js",
    "extension/dist/extension.js.LEGAL.txt",
    "extension/language-configuration.json",
    "extension/package.json",
    "extension/readme.md",
    "extension/syntaxes/jtc.tmLanguage.json",
  ]);
});

test("what its manifest names is there", () => {
  const manifest = JSON.parse(file("extension/package.json"));
  const { languages, grammars, commands, configuration } = manifest.contributes;
  for (const path of [manifest.main, languages[0].configuration, grammars[0].path]) {
    file(join("extension", path));
  }
  const bundle = file("extension/dist/extension.js");
  for (const { command } of commands) {
    assert.ok(bundle.includes(`"${command}"`), command);
  }
  for (const name of Object.keys(configuration.properties)) {
    const said = name === "jtc.trace.server" || bundle.includes(`"${name.replace("jtc.", "")}"`);
    assert.ok(said, name);
  }
  const { firstLine } = languages[0];
  assert.match("edition 1", new RegExp(firstLine));
  assert.doesNotMatch("layout {", new RegExp(firstLine));
  const words = new RegExp(JSON.parse(file("extension/language-configuration.json")).wordPattern, "g");
  assert.deepEqual('storage-class "a"'.match(words), ["storage-class", "a"]);
});

test("the bundle needs the editor and Node.js alone", () => {
  const needed = new Set<string>();
  for (const [, name] of file("extension/dist/extension.js").matchAll(/\brequire\("([^"]+)"\)/g)) {
    needed.add(name?.replace(/^node:/, "") ?? "");
  }
  assert.ok(needed.has("vscode") && needed.has("child_process"), [...needed].join());
  const others = [...needed].filter((name) => name !== "vscode" && !builtinModules.includes(name));
  assert.deepEqual(others, []);
});
