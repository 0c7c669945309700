/** Which Python runs the server, and what is wrong with those that cannot. */

import { execFile } from "node:child_process";
import { existsSync, lstatSync } from "node:fs";
import { homedir } from "node:os";
import { extensions, Uri, workspace } from "vscode";

/** A Python that is new enough. */
export interface Interpreter {
  readonly command: readonly string[];
  readonly version: string;
}

/** Why no Python can run the server, in sentences for the user. */
export class NoInterpreter extends Error {}

const OLDEST = [3, 10] as const;
/** Milliseconds after which a program that has not answered is taken to hang. */
export const PATIENCE = 20_000;
/** Runs on any Python, however old, without anything of the environment: `-E` and `-S` are known to all of them. */
const QUESTION = ["-E", "-S", "-c", "import sys; print('Python %d.%d.%d' % tuple(sys.version_info[:3]))"];

/**
 * Find the Python to take: what the setting names, else the one selected in the Python extension, else one on PATH.
 *
 * The setting is taken at its word, so that nobody wonders which Python it is; a selection that is of no use, as of a
 * project for an older Python, is only noted. In a workspace that is not trusted just PATH counts, as the selection
 * may be a file in there. Throws `NoInterpreter`; what it throws once the search is given up means nothing.
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
  const unknown = (error: unknown) => note(`The Python extension does not say what is selected: ${error}`);
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
    `Posse needs Python ${OLDEST.join(".")} or newer, and found none. Install it, or name one in the setting ` +
      `posse.interpreter. ${refusals.join(" ")}`,
  );
}

/** Tell when another Python is selected in the Python extension. */
export async function onSelection(changed: () => void): Promise<void> {
  (await pythonExtension())?.environments?.onDidChangeActiveEnvironmentPath?.(changed);
}

/** What of the Python extension's interface is used here. */
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

/** A path with what users write in settings for folders that differ between machines. */
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
 * Whether a path begins as those of Windows that name another machine or a device: running it would log in there.
 *
 * Not so in a folder that is open, as the user has opened that.
 */
function namesAnotherMachine(path: string): boolean {
  const isOpen = workspace.workspaceFolders?.some(({ uri }) => path.startsWith(uri.fsPath));
  return /^[\\/]{2}/.test(path) && !isOpen;
}

/** Ask a Python for its version; a sentence on what is wrong with it, where it gives none that will do. */
function examine(command: readonly string[], folder: string, given: AbortSignal): Promise<Interpreter | string> {
  const [program = "", ...options] = command;
  const shown = command.join(" ");
  if (namesAnotherMachine(program)) {
    return Promise.resolve(`${shown} is on another machine, so it is not run: name a Python on this one.`);
  }
  return new Promise(resolve => {
    // From the extension's folder, as Windows looks for programs in the working folder first.
    const execution = { cwd: folder, timeout: PATIENCE, windowsHide: true, signal: given };
    execFile(program, [...options, ...QUESTION], execution, (error, output, complaint) => {
      const version = /^Python ((\d+)\.(\d+)\.\d+)/m.exec(output);
      if (error) {
        resolve(refusal(shown, program, error, complaint));
      } else if (!version) {
        resolve(`${shown} does not answer as a Python does.`);
      } else if (Number(version[2]) * 100 + Number(version[3]) < OLDEST[0] * 100 + OLDEST[1]) {
        resolve(`${shown} is Python ${version[1]}; ${OLDEST.join(".")} is the oldest that will do.`);
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
      ? `${shown} links to a Python that is gone: make the virtual environment anew.`
      : `${shown} does not exist.`;
  }
  if (code === "EACCES" || code === "EPERM") {
    return `${shown} may not be run: permission denied.`;
  }
  if (killed) {
    return `${shown} has given no answer for ${PATIENCE / 1000} seconds.`;
  }
  const last = complaint.trimEnd().split(/\r?\n/).at(-1) ?? "";
  return `${shown} does not work${last && `: ${last}`} (exit status ${code}). If it is of a virtual environment, make that anew.`;
}

function isLink(program: string): boolean {
  return !existsSync(program) && lstatSync(program, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
