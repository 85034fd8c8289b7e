/**
 * What the extension asks the language server, and how that is started. It
 * knows nothing of the editor, so the tests use it with a connection of their
 * own.
 */
import {
  CodeAction,
  CodeActionRequest,
  Command,
  Position,
  RequestType,
  TextDocumentPositionParams,
  type CodeActionParams,
} from "vscode-languageserver-protocol";

/** What `jtc compile` writes for a node. */
export interface Manifest {
  /** A name for the document, as in `namespace jobmon-prod.yaml`. */
  readonly title: string;
  /** The language of the text. */
  readonly languageId: string;
  /** The objects. */
  readonly text: string;
}

/** An explanation of a diagnostic or of a node. */
export interface Explanation {
  readonly markdown: string;
}

/** `jtc/manifest`: the objects that the node at a place becomes. */
export const ManifestRequest = new RequestType<TextDocumentPositionParams, Manifest, void>("jtc/manifest");

/** `jtc/explain`: what `jtc explain` says. */
export const ExplainRequest = new RequestType<{ what: string }, Explanation, void>("jtc/explain");

/** What sends requests: the editor's client, or a connection by itself. */
export interface Connection {
  sendRequest<P, R, E>(type: RequestType<P, R, E>, params: P): Promise<R>;
  sendRequest<R>(method: string, params: unknown): Promise<R>;
}

/** How the server is started. */
export interface Program {
  readonly command: string;
  readonly args: string[];
}

/** The server that a path names. */
export function program(path: string): Program {
  return { command: path.trim() || "jtc", args: ["lsp"] };
}

/** `initializationOptions`. */
export function initializationOptions(documentationUrl: string): Record<string, string> {
  return documentationUrl.trim() ? { documentationUrl: documentationUrl.trim() } : {};
}

/** The manifest of the node at a place. */
export function manifest(connection: Connection, uri: string, position: Position): Promise<Manifest> {
  return connection.sendRequest(ManifestRequest, { textDocument: { uri }, position });
}

/** The page of a code such as `J0201`, of a node, or of a page's address. */
export async function explain(connection: Connection, what: string): Promise<string> {
  return (await connection.sendRequest(ExplainRequest, { what })).markdown;
}

/** The one action that makes all certain repairs of a document, if there are any. */
export async function fixAll(connection: Connection, uri: string, lines: number): Promise<CodeAction | undefined> {
  const params: CodeActionParams = {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } },
    context: { diagnostics: [], only: ["source.fixAll.jtc"] },
  };
  const found = await connection.sendRequest<(CodeAction | Command)[] | null>(CodeActionRequest.method, params);
  return (found ?? []).find((action): action is CodeAction => CodeAction.is(action));
}
