/** The extension: the language client, and its commands. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { LanguageClient, type Executable } from "vscode-languageclient/node";
import * as command from "./command";
import * as graph from "./graph";
import * as protocol from "./protocol";
import * as topologies from "./topologies";

const LANGUAGE = "jtc";
/** Documents that `jtc/manifest` answers. */
const MANIFEST = "jtc-manifest";
/** Documents that `jtc/explain` answers: what the codes of diagnostics link to. */
const PAGES = "jtc";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("jtc", { log: true });
  const manifests = new Manifests();
  const commands: Record<string, (...args: never[]) => unknown> = {
    "jtc.showManifest": showManifest,
    "jtc.showGraph": showGraph,
    "jtc.checkWorkspace": () => checkWorkspace(output),
    "jtc.explain": explain,
    "jtc.restart": () => restart(output),
  };
  context.subscriptions.push(
    output,
    manifests,
    vscode.workspace.registerTextDocumentContentProvider(MANIFEST, manifests),
    vscode.workspace.registerTextDocumentContentProvider(PAGES, { provideTextDocumentContent: explanation }),
    vscode.workspace.onDidOpenTextDocument(recognise),
    vscode.workspace.onDidSaveTextDocument(recognise),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("jtc.path") || event.affectsConfiguration("jtc.documentationUrl")) {
        await restart(output);
      }
    }),
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(name, async (...args: never[]) => {
        try {
          await run(...args);
        } catch (error) {
          void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
        }
      }),
    ),
  );
  await start(output);
  await Promise.all(vscode.workspace.textDocuments.map(recognise));
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
  client = undefined;
}

function path(): string {
  return protocol.program(vscode.workspace.getConfiguration("jtc").get("path", "jtc")).command;
}

async function start(output: vscode.LogOutputChannel): Promise<void> {
  const settings = vscode.workspace.getConfiguration("jtc");
  const server: Executable = protocol.program(settings.get("path", "jtc"));
  client = new LanguageClient(LANGUAGE, "jtc", server, {
    documentSelector: [{ language: LANGUAGE }],
    initializationOptions: protocol.initializationOptions(settings.get("documentationUrl", "")),
    outputChannel: output,
  });
  try {
    await client.start();
  } catch (error) {
    const choice = await vscode.window.showErrorMessage(
      `The language server \`${server.command} lsp\` doesn't start. Install jtc, or say in the settings where it is.`,
      "Open Settings",
    );
    output.error(error instanceof Error ? error : String(error));
    if (choice) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "jtc.path");
    }
  }
}

async function restart(output: vscode.LogOutputChannel): Promise<void> {
  await client?.dispose();
  await start(output);
}

function running(): LanguageClient {
  if (!client?.isRunning()) {
    throw new Error("The language server of jtc doesn't run.");
  }
  return client;
}

/** Makes a KDL document a topology when it is one. All others stay what they are. */
async function recognise(document: vscode.TextDocument): Promise<void> {
  const { uri, languageId } = document;
  const is_candidate = uri.scheme === "file" && uri.path.endsWith(".kdl") && languageId !== LANGUAGE;
  if (is_candidate && (await topologies.rootOf(uri.fsPath, document.getText())) && !document.isClosed) {
    await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
  }
}

function editor(): vscode.TextEditor {
  const active = vscode.window.activeTextEditor;
  if (active?.document.languageId !== LANGUAGE) {
    throw new Error("Open a topology first.");
  }
  return active;
}

/** The place that a lens names, or else that of the cursor. */
type Place = { textDocument: { uri: string }; position: { line: number; character: number } };

function isPlace(value: unknown): value is Place {
  return typeof value === "object" && value !== null && "textDocument" in value && "position" in value;
}

async function showManifest(given?: unknown): Promise<void> {
  let place: Place;
  if (isPlace(given)) {
    place = given;
  } else {
    const { document, selection } = editor();
    const uri = running().code2ProtocolConverter.asUri(document.uri);
    const { line, character } = selection.active;
    place = { textDocument: { uri }, position: { line, character } };
  }
  const { title, languageId } = await protocol.manifest(running(), place.textDocument.uri, place.position);
  const uri = vscode.Uri.from({ scheme: MANIFEST, path: `/${title.replaceAll("/", "-")}`, query: JSON.stringify(place) });
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.languages.setTextDocumentLanguage(document, languageId);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
}

/** Manifests as documents, made again when a topology is saved. */
class Manifests implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly saved = vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
    if (languageId === LANGUAGE) {
      const open = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === MANIFEST);
      open.forEach(({ uri }) => this.changed.fire(uri));
    }
  });

  readonly onDidChange = this.changed.event;

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const place: unknown = JSON.parse(uri.query);
    if (!isPlace(place)) {
      throw new Error("This document names no place in a topology.");
    }
    try {
      return (await protocol.manifest(running(), place.textDocument.uri, place.position)).text;
    } catch (error) {
      return `# ${error instanceof Error ? error.message : String(error)}\n`;
    }
  }

  dispose(): void {
    this.changed.dispose();
    this.saved.dispose();
  }
}

function explanation(uri: vscode.Uri): Promise<string> {
  return protocol.explain(running(), uri.path);
}

async function explain(): Promise<void> {
  const { document, selection } = editor();
  const here = vscode.languages.getDiagnostics(document.uri).find(({ range }) => range.contains(selection.active));
  const code = typeof here?.code === "object" ? here.code.value : here?.code;
  const word = document.getWordRangeAtPosition(selection.active);
  const what = code ?? (word && document.getText(word));
  if (what === undefined) {
    throw new Error("There is neither a diagnostic nor a node under the cursor.");
  }
  const uri = vscode.Uri.from({ scheme: PAGES, path: `/explain/${what}.md` });
  await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
}

async function showGraph(): Promise<void> {
  const { document } = editor();
  const root = await topologies.rootOf(document.uri.fsPath, document.getText());
  if (root === undefined) {
    throw new Error("This file is no part of a topology.");
  }
  const view = (await vscode.window.showQuickPick(["components", "objects"], {
    title: "What are the nodes of the graph?",
  })) as graph.View | undefined;
  if (view === undefined) {
    return;
  }
  const title = vscode.workspace.asRelativePath(root);
  const svg = await graph.graph(path(), root, view);
  const panel = vscode.window.createWebviewPanel("jtc.graph", title, vscode.ViewColumn.Beside, {
    enableScripts: false,
    localResourceRoots: [],
  });
  const show = (drawing: string) => {
    panel.webview.html = graph.page(title, drawing, randomBytes(16).toString("base64url"));
  };
  show(svg);
  const saved = vscode.workspace.onDidSaveTextDocument(async ({ languageId }) => {
    if (languageId === LANGUAGE) {
      // What is broken right now keeps the drawing of before.
      await graph.graph(path(), root, view).then(show, () => undefined);
    }
  });
  panel.onDidDispose(() => saved.dispose());
}

async function checkWorkspace(output: vscode.LogOutputChannel): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const found = await Promise.all(folders.map(({ uri }) => topologies.roots(uri.fsPath)));
  const roots = found.flat();
  if (roots.length === 0) {
    throw new Error("This workspace has no topology: no KDL file says `edition` first.");
  }
  let errors = 0;
  let warnings = 0;
  const location = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location, title: "Checking topologies" }, async (progress) => {
    for (const root of roots) {
      progress.report({ message: vscode.workspace.asRelativePath(root), increment: 100 / roots.length });
      const checked = await command.check(path(), root);
      checked.lines.forEach((line) => output.info(line));
      errors += checked.errors;
      warnings += checked.warnings;
    }
  });
  const sum = `${roots.length} checked: ${errors} errors, ${warnings} warnings. The files count as they were saved last.`;
  output.info(sum);
  const choice = errors + warnings > 0 ? ["Show"] : [];
  if (await vscode.window.showInformationMessage(sum, ...choice)) {
    output.show();
  }
}
