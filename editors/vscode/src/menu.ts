/** The menu of the status item: what to show, and the commands. */

import { commands, ConfigurationTarget, QuickPickItemKind, window, workspace, type QuickPickItem } from "vscode";
import { SECTION } from "./settings";

const SHOW = "show";

interface Choice extends QuickPickItem {
  readonly run?: () => unknown;
}

/** The values of the setting `posse.show`, in words. */
const SHOWN: Readonly<Record<string, string>> = {
  all: "All findings, reminders as hints",
  no_reminders: "No reminders",
  medium: "Medium and high severity",
  high: "High severity only",
};

/** Lets the user choose, and does what was chosen. */
export async function openMenu(): Promise<void> {
  const current = workspace.getConfiguration(SECTION).get<string>(SHOW, "all");
  const run = (label: string, command: string, ...given: unknown[]): Choice => ({
    label,
    run: () => commands.executeCommand(command, ...given),
  });
  const separator = (label: string): Choice => ({ label, kind: QuickPickItemKind.Separator });
  const choices: Choice[] = [
    separator("Show"),
    ...Object.entries(SHOWN).map(([value, label]) => ({
      label: `$(${value === current ? "check" : "blank"}) ${label}`,
      run: () => showOnly(value),
    })),
    separator("Findings"),
    run("$(list-tree) List the Findings", "posse.findings.focus"),
    run("$(search) Check All Files in the Workspace", "posse.checkWorkspace"),
    run("$(book) Open a Rule's Documentation...", "posse.openRuleDocumentation"),
    separator("Posse"),
    run("$(settings) Show the Configuration of This File", "posse.effectiveConfiguration"),
    run("$(gear) Open the Settings", "workbench.action.openSettings", "@ext:posse.posse"),
    run("$(output) Show the Log", "posse.showLog"),
    run("$(debug-restart) Restart the Server", "posse.restart"),
  ];
  const chosen = await window.showQuickPick(choices, { placeHolder: "Posse" });
  await chosen?.run?.();
}

/** Changes the setting where it has a value, else for all workspaces. */
async function showOnly(value: string): Promise<void> {
  const settings = workspace.getConfiguration(SECTION);
  const isHere = settings.inspect(SHOW)?.workspaceValue !== undefined;
  await settings.update(SHOW, value, isHere ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}
