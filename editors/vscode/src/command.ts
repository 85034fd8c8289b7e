/** What the command line of `jtc` does for the extension. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";

/** What a run of the program said. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program. It is an error when it can't be started. */
export function run(command: string, args: string[]): Promise<Run> {
  return new Promise((done, failed) => {
    execFile(command, args, { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") {
        failed(new Error(`can't run \`${command}\`: ${error.message}`));
      } else {
        done({ code: error ? Number(error.code) : 0, stdout, stderr });
      }
    });
  });
}

/** A diagnostic of `jtc check --format json`, as far as a line tells it. */
interface Diagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly labels: readonly { path: string; line: number; column: number }[];
}

/** What is wrong with a topology: a line for each, and how many are errors and warnings. */
export interface Check {
  readonly lines: string[];
  readonly errors: number;
  readonly warnings: number;
}

/** Checks the topology of a root. */
export async function check(command: string, root: string): Promise<Check> {
  const { code, stdout, stderr } = await run(command, ["check", "--color", "never", "--format", "json", root]);
  if (code > 1) {
    throw new Error(stderr.trim());
  }
  const said = JSON.parse(stdout) as { errors: number; warnings: number; diagnostics: Diagnostic[] };
  const lines = said.diagnostics.map(({ code, severity, message, labels: [first] }) => {
    const place = first ? `${resolve(first.path)}:${first.line}:${first.column}` : root;
    return `${place}: ${severity} ${code}: ${message}`;
  });
  return { lines, errors: said.errors, warnings: said.warnings };
}
