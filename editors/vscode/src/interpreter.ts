/** Chooses the Python that runs the server, and explains why others cannot. */

import { execFile } from "node:child_process";
import { existsSync, lstatSync } from "node:fs";
import { homedir } from "node:os";
import { extensions, Uri, workspace } from "vscode";

/** A Python that is new enough. */
export interface Interpreter {
  readonly command: readonly string[];
  readonly version: string;
}

/** No Python can run the server. The message gives the user the reasons. */
export class NoInterpreter extends Error {}

const OLDEST = [3, 10] as const;
/** Time in milliseconds after which a program that has not answered is considered hung. */
export const PATIENCE = 20_000;
/** Runs on any Python, however old, ignoring the environment: all of them know `-E` and `-S`. */
const QUESTION = ["-E", "-S", "-c", "import sys; print('Python %d.%d.%d' % tuple(sys.version_info[:3]))"];

/**
 * Returns the Python to use: the one that the setting names, else the one selected in the Python extension, else one
 * on PATH.
 *
 * If the setting names an unusable Python, no other is tried, so that nobody wonders which one runs. An unusable
 * selection, such as an older Python of a project, is only logged. In an untrusted workspace only PATH is searched,
 * because the selection may be a file of the workspace. Throws `NoInterpreter`; errors after an abort mean nothing.
 */
export async function findInterpreter(
  folder: string,
  note: (message: string) => void,
  given: AbortSignal,
): Promise<Interpreter> {
  const configured = setting();
  if (configured.length > 0) {
    const found = await examine(configured, folder, given);
    if (typeof found === "string") {
      throw new NoInterpreter(`The setting posse.interpreter names a Python that cannot run Posse. ${found}`);
    }
    return found;
  }
  const refusals: string[] = [];
  const unknown = (error: unknown) => note(`The Python extension did not return the selected Python: ${error}`);
  const selected = workspace.isTrusted ? await selection().catch(unknown) : undefined;
  for (const command of [...(selected ? [[selected]] : []), ...onPath()]) {
    const found = await examine(command, folder, given);
    if (typeof found !== "string") {
      refusals.forEach(note);
      return found;
    }
    refusals.push(found);
  }
  throw new NoInterpreter(
    `Posse needs Python ${OLDEST.join(".")} or newer, but found none. Install it, or name one in the setting ` +
      `posse.interpreter. ${refusals.join(" ")}`,
  );
}

/** Calls `changed` whenever another Python is selected in the Python extension. */
export async function onSelection(changed: () => void): Promise<void> {
  (await pythonExtension())?.environments?.onDidChangeActiveEnvironmentPath?.(changed);
}

/** The part of the Python extension's interface that is used here. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(path: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath?(listener: () => void): unknown;
  };
}

function setting(): readonly string[] {
  const value = workspace.getConfiguration("posse").get<string | string[]>("interpreter", []);
  return (typeof value === "string" ? [value] : value).filter(word => word !== "").map(expanded);
}

/** Expands `~` and `${workspaceFolder}` in a path. */
function expanded(path: string): string {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return path.replace(/^~(?=[/\\])/, homedir()).replaceAll("${workspaceFolder}", folder);
}

function onPath(): readonly (readonly string[])[] {
  return process.platform === "win32" ? [["py", "-3"], ["python3"], ["python"]] : [["python3"], ["python"]];
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = extensions.getExtension<PythonExtension>("ms-python.python");
  try {
    return await extension?.activate();
  } catch {
    return undefined; // it tells its users itself
  }
}

async function selection(): Promise<string | undefined> {
  const environments = (await pythonExtension())?.environments;
  const path = environments?.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
  return path && (await environments?.resolveEnvironment(path))?.executable.uri?.fsPath;
}

/**
 * Whether a path names another machine or a device on Windows: running it would log in there.
 *
 * Paths in an open folder do not count, because the user has opened it.
 */
function namesAnotherMachine(path: string): boolean {
  const isOpen = workspace.workspaceFolders?.some(({ uri }) => path.startsWith(uri.fsPath));
  return /^[\\/]{2}/.test(path) && !isOpen;
}

/** Asks a Python for its version. Returns a sentence that says what is wrong if it cannot run the server. */
function examine(command: readonly string[], folder: string, given: AbortSignal): Promise<Interpreter | string> {
  const [program = "", ...options] = command;
  const shown = command.join(" ");
  if (namesAnotherMachine(program)) {
    return Promise.resolve(`${shown} is on another machine, so Posse does not run it. Name a Python on this one.`);
  }
  return new Promise(resolve => {
    // From the extension's folder, as Windows looks for programs in the working folder first.
    const execution = { cwd: folder, timeout: PATIENCE, windowsHide: true, signal: given };
    execFile(program, [...options, ...QUESTION], execution, (error, output, complaint) => {
      const version = /^Python ((\d+)\.(\d+)\.\d+)/m.exec(output);
      if (error) {
        resolve(refusal(shown, program, error, complaint));
      } else if (!version) {
        resolve(`${shown} is not a Python interpreter.`);
      } else if (Number(version[2]) * 100 + Number(version[3]) < OLDEST[0] * 100 + OLDEST[1]) {
        resolve(`${shown} is Python ${version[1]}; Posse needs ${OLDEST.join(".")} or newer.`);
      } else {
        resolve({ command, version: version[1] ?? "" });
      }
    });
  });
}

function refusal(shown: string, program: string, error: Error, complaint: string): string {
  const { code, killed } = error as Error & { code?: string | number; killed?: boolean };
  if (code === "ENOENT") {
    return isLink(program)
      ? `${shown} points to a missing Python; recreate the virtual environment.`
      : `${shown} does not exist.`;
  }
  if (code === "EACCES" || code === "EPERM") {
    return `${shown} cannot be run: permission denied.`;
  }
  if (killed) {
    return `${shown} did not answer within ${PATIENCE / 1000} seconds.`;
  }
  const last = complaint.trimEnd().split(/\r?\n/).at(-1) ?? "";
  return `${shown} does not work${last && `: ${last}`} (exit status ${code}). If it belongs to a virtual environment, recreate that.`;
}

function isLink(program: string): boolean {
  return !existsSync(program) && lstatSync(program, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
