/** Posse in VS Code: starts the bundled server, shows its state, and registers the commands. */

import { commands, env, Uri, window, workspace, type ExtensionContext, type TreeDataProvider } from "vscode";
import { registerCommands } from "./commands";
import { Findings, showFindings, type Node } from "./findings";
import { tellOfFirstFinding } from "./hint";
import { onSelection } from "./interpreter";
import { Server, type Problem } from "./server";
import { showStatus } from "./status";

/** Settings that count from the next start on. */
const RESTARTING = ["posse.interpreter", "posse.importStrategy"];

let server: Server | undefined;

/** What other extensions can use: the tree of findings. */
interface Exports {
  readonly findings: TreeDataProvider<Node>;
}

/** Called by VS Code when a Python file or a configuration is opened. */
export function activate(context: ExtensionContext): Exports {
  const log = window.createOutputChannel("Posse", { log: true });
  const started = (server = new Server(context.extensionPath, log));
  const findings = new Findings();
  context.subscriptions.push(
    log,
    started,
    ...showStatus(started),
    ...showFindings(findings),
    ...registerCommands(started, log, findings),
    ...tellOfFirstFinding(context),
    started.onDidChange(state => state.is === "failed" && void tell(state.problem)),
    workspace.onDidGrantWorkspaceTrust(() => started.start()),
    workspace.onDidChangeConfiguration(
      event => RESTARTING.some(name => event.affectsConfiguration(name)) && started.start(),
    ),
  );
  void started.start();
  void onSelection(() => started.start());
  return { findings };
}

/** Called by VS Code before it leaves. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Tells the user why there is no server, and offers remedies. */
async function tell({ message, isPython }: Problem): Promise<void> {
  const ways: Record<string, () => unknown> = isPython
    ? {
        "Choose a Python": () => commands.executeCommand("workbench.action.openSettings", "posse.interpreter"),
        "Get Python": () => env.openExternal(Uri.parse("https://www.python.org/downloads/")),
        "Try Again": () => commands.executeCommand("posse.restart"),
      }
    : {
        Restart: () => commands.executeCommand("posse.restart"),
        "Show Log": () => commands.executeCommand("posse.showLog"),
      };
  const chosen = await window.showErrorMessage(message, ...Object.keys(ways));
  await (chosen && ways[chosen]?.());
}
