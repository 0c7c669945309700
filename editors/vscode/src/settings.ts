/** What the user's settings say to the server. */

import { workspace, type Uri } from "vscode";

export const SECTION = "posse";

/** Settings that are this extension's own. */
const OURS = new Set(["interpreter", "trace"]);

/** What the server shall do for this extension, whatever the user's settings are. */
const ALWAYS = { statusNotifications: true };

/**
 * The settings that are set, for a folder, as the server expects them.
 *
 * Defaults stay out: the server has the same, and what is said here may outrank a project's configuration.
 */
export function said(scope?: Uri): Record<string, unknown> {
  const settings = workspace.getConfiguration(SECTION, scope ?? null);
  const names = Object.keys(settings).filter(name => !OURS.has(name) && typeof settings[name] !== "function");
  const set = names.filter(name => isSet(name, scope)).map(name => [name, settings.get(name)]);
  return { ...Object.fromEntries(set), ...ALWAYS };
}

function isSet(name: string, scope?: Uri): boolean {
  const found = workspace.getConfiguration(SECTION, scope ?? null).inspect(name);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some(value => value !== undefined);
}
