/** Chooses which Posse runs: the bundled one, or the one in the environment of the Python that runs the server. */

import { execFile } from "node:child_process";
import * as path from "node:path";
import { workspace } from "vscode";
import { PATIENCE, type Interpreter } from "./interpreter";
import { SECTION } from "./settings";

/** Isolated, so that no file of the workspace shadows one of the server's. */
const ISOLATED = ["-I", "-X", "utf8"];
/** The editor says whether the workspace is trusted: see `initializationOptions`. */
const SERVER = ["server", "--client-trust"];
const QUESTION = "import posse_checks, posse_server.cli; print('Posse ' + posse_checks.__version__)";

/** Returns the arguments that make a Python run the server, after its own. Errors after an abort mean nothing. */
export async function serverArguments(
  { command: [program = "", ...options] }: Interpreter,
  folder: string,
  note: (message: string) => void,
  given: AbortSignal,
): Promise<readonly string[]> {
  const bundled = [...options, ...ISOLATED, "-S", path.join(folder, "launch.py"), ...SERVER];
  const strategy = workspace.getConfiguration(SECTION).get<string>("importStrategy");
  if (strategy !== "fromEnvironment" || !workspace.isTrusted) {
    return bundled;
  }
  const version = await installed(program, [...options, ...ISOLATED], folder, given);
  if (!version) {
    note(`${program} has no Posse in its environment, so the bundled one runs. Install posse-lsp there to use that.`);
    return bundled;
  }
  note(`Posse ${version} from the environment of ${program}`);
  return [...options, ...ISOLATED, "-m", "posse_server.cli", ...SERVER];
}

/** Returns the version of the Posse in a Python's environment, if there is one. */
function installed(
  program: string,
  options: readonly string[],
  folder: string,
  given: AbortSignal,
): Promise<string | undefined> {
  const execution = { cwd: folder, timeout: PATIENCE, windowsHide: true, signal: given };
  return new Promise(resolve => {
    execFile(program, [...options, "-c", QUESTION], execution, (_, output) =>
      resolve(/^Posse (\S+)/m.exec(output)?.[1]),
    );
  });
}
