/** The grammar, run by the library that the editor has for it. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from "vscode-textmate";

const extension = join(__dirname, "../..");
const repository = join(extension, "../..");
const examples = join(repository, "examples");

let grammar: IGrammar;

before(async () => {
  const wasm = await readFile(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await loadWASM(wasm);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async () => {
      const path = join(extension, "syntaxes/jtc.tmLanguage.json");
      return parseRawGrammar(await readFile(path, "utf8"), path);
    },
  });
  const loaded = await registry.loadGrammar("source.jtc");
  assert.ok(loaded);
  grammar = loaded;
});

/** Each token that isn't blank, with its scopes. */
function tokens(text: string): { text: string; line: number; scopes: string[] }[] {
  let state = INITIAL;
  const found = [];
  for (const [line, content] of text.split("\n").entries()) {
    const result = grammar.tokenizeLine(content, state, 2000);
    assert.ok(!result.stoppedEarly, `line ${line + 1} takes too long`);
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const part = content.slice(startIndex, endIndex);
      if (part.trim()) {
        found.push({ text: part, line: line + 1, scopes });
      }
    }
    state = result.ruleStack;
  }
  return found;
}

/** The innermost scope of the first token with this text. */
function scope(text: string, part: string): string {
  const found = tokens(text).find((token) => token.text.includes(part));
  assert.ok(found, `no token has ${part}`);
  return found.scopes.at(-1) ?? "";
}

function within(text: string, part: string, name: string): boolean {
  const found = tokens(text).filter((token) => token.text.includes(part));
  assert.ok(found.length > 0, `no token has ${part}`);
  return found.every(({ scopes }) => scopes.some((it) => it.startsWith(name)));
}

test("every example ends in the state it began in, with nothing illegal and every node known", async () => {
  const names = (await readdir(examples)).filter((name) => name.endsWith(".kdl"));
  assert.ok(names.length >= 7);
  for (const name of names) {
    const text = await readFile(join(examples, name), "utf8");
    const all = tokens(`${text}\nedition 1\n`);
    for (const { text: part, line, scopes } of all) {
      assert.ok(!scopes.some((it) => it.startsWith("invalid")), `${name}:${line} ${part} ${scopes.join(" ")}`);
      assert.ok(!scopes.includes("entity.name.tag.jtc"), `${name}:${line}: ${part} is no known node`);
    }
    const last = all.at(-2);
    assert.deepEqual(
      [last?.text, last?.scopes],
      ["edition", ["source.jtc", "meta.node.jtc", "keyword.other.node.jtc"]],
      `${name} leaves something open`,
    );
  }
});

test("every node of the language is known", async () => {
  const schema = JSON.parse(await readFile(join(repository, "schemas/jtc.json"), "utf8")) as {
    nodes: Record<string, { name: string }>;
  };
  const names = new Set(Object.values(schema.nodes).map(({ name }) => name));
  assert.ok(names.size > 50);
  for (const name of names) {
    assert.equal(scope(`${name} 1`, name), "keyword.other.node.jtc", name);
  }
});

test("names and values", () => {
  const line = 'namespace "a" version=3.6 on=#true (u8)replicas=0x1F off = false word # bad';
  assert.equal(scope(line, "namespace"), "keyword.other.node.jtc");
  assert.equal(scope(line, "version"), "entity.other.attribute-name.jtc");
  assert.equal(scope(line, "3.6"), "constant.numeric.decimal.jtc");
  assert.equal(scope(line, "#true"), "constant.language.jtc");
  assert.equal(scope(line, "u8"), "entity.name.type.jtc");
  assert.equal(scope(line, "0x1F"), "constant.numeric.hex.jtc");
  assert.equal(scope(line, "off"), "entity.other.attribute-name.jtc");
  assert.equal(scope(line, "false"), "invalid.illegal.keyword.jtc");
  assert.equal(scope(line, "word"), "string.unquoted.jtc");
  for (const keyword of ["#false", "#null", "#inf", "#-inf", "#nan"]) {
    assert.equal(scope(`n ${keyword}`, keyword), "constant.language.jtc");
  }
  for (const number of ["-1_000", "+1.5e-3", "0o17", "0b1_0"]) {
    assert.match(scope(`n ${number}`, number), /^constant\.numeric\./);
  }
  assert.equal(scope("nodes-selector 1", "nodes-selector"), "entity.name.tag.jtc");
  assert.equal(scope('"quoted node" 1', "quoted"), "string.quoted.double.jtc");
  assert.equal(scope('n "a key"=1', "a key"), "entity.other.attribute-name.jtc");
  assert.equal(scope("a { gui; server }", "server"), "keyword.other.node.jtc");
});

test("strings in all forms", () => {
  assert.equal(scope('n "a\\nb"', "\\n"), "constant.character.escape.jtc");
  assert.equal(scope('n "a\\u{1F600}b"', "\\u"), "constant.character.escape.jtc");
  assert.equal(scope('n "a\\qb"', "\\q"), "invalid.illegal.escape.jtc");
  assert.ok(within('n #"a " b\\q"# 1', 'a " b\\q', "string.quoted.other.raw.jtc"));
  assert.ok(within('n ##"a "# b"## 1', 'a "# b', "string.quoted.other.raw.jtc"));
  const multiline = 'n """\n  a "quoted" {\n  b\\t\n  """ after=1\ngui';
  assert.ok(within(multiline, 'a "quoted" {', "string.quoted.triple.jtc"));
  assert.equal(scope(multiline, "after"), "entity.other.attribute-name.jtc");
  assert.equal(scope(multiline, "gui"), "keyword.other.node.jtc");
  const raw = 'n #"""\n  a """ \\ {\n  """# after=1\ngui';
  assert.ok(within(raw, 'a """ \\ {', "string.quoted.other.raw.multiline.jtc"));
  assert.equal(scope(raw, "gui"), "keyword.other.node.jtc");
  // A string that lacks its end takes no other line with it.
  assert.equal(scope('n "open\ngui', "gui"), "keyword.other.node.jtc");
});

test("comments, and what `/-` takes away", () => {
  assert.ok(within("n 1 // gui", "gui", "comment.line"));
  const nested = "/* one /* two */ three */ gui";
  assert.ok(within(nested, "three", "comment.block"));
  assert.equal(scope(nested, "gui"), "keyword.other.node.jtc");
  const node = '/- server {\n  replicas 3 "}"\n}\ngui';
  assert.ok(within(node, "replicas", "comment.block.slashdash"));
  assert.equal(scope(node, "gui"), "keyword.other.node.jtc");
  const entries = 'n /- key="v" /- 3 /-"text" kept=1 /- { gui } \nkibana';
  for (const part of ["key", "3", "text", "gui"]) {
    assert.ok(within(entries, part, "comment.block.slashdash"), part);
  }
  assert.equal(scope(entries, "kept"), "entity.other.attribute-name.jtc");
  assert.equal(scope(entries, "kibana"), "keyword.other.node.jtc");
});

test("a line that goes on", () => {
  const text = "n a=1 \\ // why\n  version=2\ngui";
  assert.ok(within(text, "why", "comment.line"));
  assert.equal(scope(text, "version"), "entity.other.attribute-name.jtc");
  assert.equal(scope(text, "gui"), "keyword.other.node.jtc");
});
