/** The user's settings, as sent to the server. */

import { extensions, workspace, type Uri } from "vscode";

export const SECTION = "posse";

/** Settings of the extension itself. */
const OURS = new Set(["interpreter", "importStrategy", "trace"]);

/** Extensions that mark syntax errors in Python. */
const MARKING_ERRORS = [
  "ms-python.vscode-pylance",
  "ms-pyright.pyright",
  "detachhead.basedpyright",
  "charliermarsh.ruff",
  "astral-sh.ty",
];

/** Options that this extension always sends, whatever the user's settings are. */
const ALWAYS = { statusNotifications: true };

/**
 * Returns the settings that have a value, for a folder, as the server expects them.
 *
 * Defaults are left out: the server has the same ones, and a value from here may override a project's configuration.
 */
export function said(scope?: Uri): Record<string, unknown> {
  const settings = workspace.getConfiguration(SECTION, scope ?? null);
  const names = Object.keys(settings).filter(name => !OURS.has(name) && typeof settings[name] !== "function");
  const set = names.filter(name => isSet(name, scope)).map(name => [name, settings.get(name)]);
  return { ...assumed(), ...Object.fromEntries(set), ...ALWAYS };
}

/** Returns the settings that depend on the other extensions: one of them that marks syntax errors is enough. */
function assumed(): Record<string, unknown> {
  return MARKING_ERRORS.some(id => extensions.getExtension(id)) ? { showSyntaxErrors: false } : {};
}

function isSet(name: string, scope?: Uri): boolean {
  const found = workspace.getConfiguration(SECTION, scope ?? null).inspect(name);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some(value => value !== undefined);
}
