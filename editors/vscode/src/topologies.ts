/**
 * Which KDL files are topologies: a root says `edition N` first, and any other
 * file is part of one when a root in a folder above includes it.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { minimatch } from "minimatch";

/** Folders above a file that are looked at for roots. */
const FOLDERS = 8;
/** Files of a folder that are looked at for includes. */
const FILES = 1000;

/** Whether the first node of a text is `edition N`. */
export function isRoot(text: string): boolean {
  let rest = text.replace(/^\uFEFF/, "");
  for (;;) {
    rest = rest.replace(/^[\s;]+/, "");
    if (rest.startsWith("//") || /^\/-\s*kdl-version\s/.test(rest)) {
      const end = rest.indexOf("\n");
      rest = end < 0 ? "" : rest.slice(end);
    } else if (rest.startsWith("/*")) {
      rest = afterComment(rest);
    } else {
      return /^edition[ \t]+\d/.test(rest);
    }
  }
}

/** What comes after the block comment that a text starts with; it may hold others. */
function afterComment(text: string): string {
  let depth = 0;
  for (const mark of text.matchAll(/\/\*|\*\//g)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) {
      return text.slice(mark.index + 2);
    }
  }
  return "";
}

/** The patterns that a text includes. */
function patterns(text: string): string[] {
  return [...text.matchAll(/^\s*include\s+(?:"([^"]+)"|([^\s;"]+))/gm)].map((it) => it[1] ?? it[2] ?? "");
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    // Gone, or not for us: it includes nothing then.
    return "";
  }
}

/** The KDL files of a folder, those in its folders too where it says so. */
async function files(folder: string, deep: boolean): Promise<string[]> {
  const found: string[] = [];
  const queue = [folder];
  for (let at = queue.shift(); at !== undefined && found.length < FILES; at = queue.shift()) {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && deep && !entry.name.startsWith(".") && entry.name !== "node_modules") {
        queue.push(path);
      } else if (entry.isFile() && entry.name.endsWith(".kdl")) {
        found.push(path);
      }
    }
  }
  return found;
}

/** Whether a topology has a file, its includes and theirs followed. */
async function has(root: string, wanted: string): Promise<boolean> {
  const known = await files(dirname(root), true);
  const seen = new Set([root]);
  // A set gives what is added while it is walked, too.
  for (const path of seen) {
    for (const pattern of patterns(await read(path))) {
      for (const other of known) {
        const name = relative(dirname(path), other).split(sep).join("/");
        if (minimatch(name, pattern, { nocomment: true, nonegate: true })) {
          seen.add(other);
        }
      }
    }
    if (seen.has(wanted)) {
      return true;
    }
  }
  return false;
}

/**
 * The root of the topology that a file is part of. `text` is what the file
 * says in the editor.
 */
export async function rootOf(path: string, text: string): Promise<string | undefined> {
  if (path.endsWith(".jtc.kdl") || isRoot(text)) {
    return path;
  }
  let folder = dirname(path);
  for (let step = 0; step < FOLDERS; step += 1) {
    for (const other of await files(folder, false)) {
      if (other !== path && isRoot(await read(other)) && (await has(other, path))) {
        return other;
      }
    }
    if (dirname(folder) === folder || existsSync(join(folder, ".git"))) {
      return undefined;
    }
    folder = dirname(folder);
  }
  return undefined;
}

/** The roots in a folder and its folders. */
export async function roots(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of await files(folder, true)) {
    if (isRoot(await read(path))) {
      found.push(path);
    }
  }
  return found;
}
