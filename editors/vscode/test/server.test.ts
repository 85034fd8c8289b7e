/**
 * The part of the extension that talks to the server, with the real server at
 * the other end of the protocol's own library.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  CompletionRequest,
  createProtocolConnection,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentFormattingRequest,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RenameRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentEdit,
  type CodeAction,
  type Diagnostic,
  type InitializeResult,
  type MarkupContent,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from "vscode-languageserver-protocol/node";
import { check } from "../src/command";
import { explain, fixAll, initializationOptions, manifest, program } from "../src/protocol";

const jtc = process.env["JTC_SERVER"] ?? "jtc";
const topology = process.env["JTC_TOPOLOGY"] ?? join(__dirname, "../../../../conformance/editors/topology");

let folder: string;
let server: ChildProcess;
let connection: ProtocolConnection;
let initialized: InitializeResult;
/** What was published last, by address. */
const published = new Map<string, PublishDiagnosticsParams>();
const waiting: (() => void)[] = [];
const versions = new Map<string, number>();
const texts = new Map<string, string>();

function uri(name: string): string {
  return pathToFileURL(join(folder, name)).href;
}

function text(name: string): string {
  const found = texts.get(name);
  assert.ok(found !== undefined, `${name} is not open`);
  return found;
}

/** The place of `|` in a part of a text. */
function at(name: string, marked: string): Position {
  const part = marked.replace("|", "");
  const start = text(name).indexOf(part);
  assert.ok(start >= 0, `there is no ${part}`);
  const lines = text(name).slice(0, start + marked.indexOf("|")).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

async function open(name: string): Promise<void> {
  const content = await readFile(join(folder, name), "utf8");
  texts.set(name, content);
  versions.set(name, 1);
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri: uri(name), languageId: "jtc", version: 1, text: content },
  });
}

async function write(name: string, content: string): Promise<void> {
  const version = (versions.get(name) ?? 0) + 1;
  versions.set(name, version);
  texts.set(name, content);
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri: uri(name), version },
    contentChanges: [{ text: content }],
  });
}

/** Waits for the diagnostics of what a file says now. */
async function diagnostics(name: string): Promise<Diagnostic[]> {
  for (;;) {
    const last = published.get(uri(name));
    if (last !== undefined && last.version === versions.get(name)) {
      return last.diagnostics;
    }
    await new Promise<void>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`no diagnostics of ${name}`)), 20_000);
      waiting.push(() => {
        clearTimeout(timer);
        done();
      });
    });
  }
}

function applied(content: string, action: CodeAction, name: string): string {
  const edits = (action.edit?.documentChanges ?? [])
    .filter((change) => TextDocumentEdit.is(change))
    .filter((change) => change.textDocument.uri === uri(name))
    .flatMap((change) => change.edits);
  assert.equal(edits.length, 1);
  const [edit] = edits;
  assert.ok(edit && "newText" in edit);
  const lines = content.split("\n");
  const { start, end } = edit.range;
  assert.equal(start.line, end.line);
  const line = lines[start.line] ?? "";
  lines[start.line] = line.slice(0, start.character) + edit.newText + line.slice(end.character);
  return lines.join("\n");
}

const SITE = "sites/prod.kdl";
const ROOT = "topology.kdl";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "jtc-vscode-"));
  await cp(topology, folder, { recursive: true });
  const { command, args } = program(jtc);
  server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  assert.ok(server.stdout && server.stdin);
  connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    published.set(params.uri, params);
    waiting.splice(0).forEach((wake) => wake());
  });
  connection.listen();
  initialized = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "test" }],
    initializationOptions: initializationOptions(" https://docs.example.org/diagnostics "),
    capabilities: {
      workspace: { workspaceEdit: { documentChanges: true } },
      textDocument: {
        publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true },
        hover: { contentFormat: ["markdown"] },
      },
    },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  await open(SITE);
});

after(async () => {
  connection.dispose();
  server.kill();
  await rm(folder, { recursive: true, force: true });
});

test("a file that is included is checked as part of its topology", async () => {
  assert.deepEqual(await diagnostics(SITE), []);
});

test("a mistake has its diagnostic, and its code links to the page", async () => {
  await write(SITE, text(SITE).replace("replicas 3", "replcas 3"));
  const [found, ...others] = await diagnostics(SITE);
  assert.deepEqual(others, []);
  assert.deepEqual(found?.range, { start: at(SITE, "|replcas"), end: at(SITE, "replcas|") });
  assert.equal(found?.code, "J0201");
  assert.equal(found?.codeDescription?.href, "https://docs.example.org/diagnostics/J0201.md");
});

test("a request right after a change takes no diagnostics away", async () => {
  const right = text(SITE).replace("replcas 3", "replicas 3");
  for (const content of [right, text(SITE)]) {
    void write(SITE, content);
    await connection.sendRequest(HoverRequest.type, { textDocument: { uri: uri(SITE) }, position: at(SITE, "g|ui") });
    assert.equal((await diagnostics(SITE)).length, content === right ? 0 : 1);
  }
});

test("while there is an error, a manifest is refused with the reason", async () => {
  await assert.rejects(manifest(connection, uri(SITE), at(SITE, "g|ui")), /nothing is compiled .* 1 error/);
});

test("the fix repairs it", async () => {
  const action = await fixAll(connection, uri(SITE), text(SITE).split("\n").length);
  assert.ok(action);
  const mended = applied(text(SITE), action, SITE);
  assert.match(mended, /^ {8}replicas 3$/m);
  await write(SITE, mended);
  assert.deepEqual(await diagnostics(SITE), []);
  assert.equal(await fixAll(connection, uri(SITE), 100), undefined);
});

test("completion offers the topology's names", async () => {
  const before = text(SITE);
  await write(SITE, before.replace('database="prod"', 'database=""'));
  const found = await connection.sendRequest(CompletionRequest.type, {
    textDocument: { uri: uri(SITE) },
    position: at(SITE, 'database="|"'),
  });
  const items = Array.isArray(found) ? found : (found?.items ?? []);
  assert.deepEqual(items.map(({ label }) => label), ["prod"]);
  await write(SITE, before);
});

test("a hover is Markdown about the component", async () => {
  const found = await connection.sendRequest(HoverRequest.type, {
    textDocument: { uri: uri(SITE) },
    position: at(SITE, "ser|ver {"),
  });
  const contents = found?.contents as MarkupContent;
  assert.equal(contents.kind, "markdown");
  assert.match(contents.value, /Deployment/);
});

test("a definition and a rename reach the other file", async () => {
  const place = { textDocument: { uri: uri(SITE) }, position: at(SITE, 'database="p|rod"') };
  const definition = await connection.sendRequest(DefinitionRequest.type, place);
  const [first] = [definition ?? []].flat();
  assert.ok(first && "uri" in first);
  assert.equal(first.uri, uri(ROOT));
  const edit = await connection.sendRequest(RenameRequest.type, { ...place, newName: "live" });
  const files = (edit?.documentChanges ?? []).filter((it) => TextDocumentEdit.is(it)).map((it) => it.textDocument.uri);
  assert.deepEqual(files.sort(), [uri(SITE), uri(ROOT)].sort());
});

test("the manifest of the node under the cursor", async () => {
  const { title, languageId, text: yaml } = await manifest(connection, uri(SITE), at(SITE, "g|ui\n"));
  assert.equal(title, "gui.yaml");
  assert.equal(languageId, "yaml");
  assert.match(yaml, /^kind: Deployment$/m);
  assert.match(yaml, /registry\.example\.org\/jobmon-gui:3\.6\.0/);
});

test("a code, its page's address, and a node are explained", async () => {
  const page = await explain(connection, "J0201");
  assert.match(page, /J0201/);
  assert.equal(await explain(connection, "/diagnostics/J0201.md"), page);
  assert.match(await explain(connection, "route"), /entrypoint/);
  await assert.rejects(explain(connection, "J0000"), /no node or diagnostic/);
});

test("formatting changes the layout alone", async () => {
  assert.ok(initialized.capabilities.documentFormattingProvider, "the server formats");
  const neat = text(SITE);
  await write(SITE, neat.replace("    gui\n", "          gui\n"));
  const edits = await connection.sendRequest(DocumentFormattingRequest.type, {
    textDocument: { uri: uri(SITE) },
    options: { tabSize: 4, insertSpaces: true },
  });
  // From behind, so that each place stays what it was.
  const lines = text(SITE).split("\n");
  const offset = ({ line, character }: Position) =>
    lines.slice(0, line).reduce((sum, it) => sum + it.length + 1, 0) + character;
  let formatted = text(SITE);
  for (const { range, newText } of (edits ?? []).toReversed()) {
    formatted = formatted.slice(0, offset(range.start)) + newText + formatted.slice(offset(range.end));
  }
  assert.equal(formatted, neat);
  await write(SITE, neat);
});

test("the check of a workspace says what the editor says", async () => {
  const right = await check(program(jtc).command, join(folder, ROOT));
  assert.deepEqual(right, { lines: [], errors: 0, warnings: 0 });
});

test("the server ends as the protocol has it", async () => {
  const ended = new Promise((done) => server.once("exit", done));
  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  assert.equal(await ended, 0);
});
