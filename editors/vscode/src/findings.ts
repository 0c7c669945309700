/** The tree of findings: grouped by severity, rule or file, each with what following the data has shown of it. */

import {
  DiagnosticSeverity,
  EventEmitter,
  languages,
  MarkdownString,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  workspace,
  type Diagnostic,
  type Disposable,
  type TreeDataProvider,
  type Uri,
} from "vscode";
import { isFinding, ruleOf } from "./status";

export type Grouping = "severity" | "rule" | "file";

/** A finding and the file that it is in. */
interface Found {
  readonly uri: Uri;
  readonly diagnostic: Diagnostic & { readonly data?: { readonly evidence?: string } };
}

/** A group of findings with a common severity, rule or file. */
interface Group {
  readonly label: string;
  readonly icon: ThemeIcon;
  readonly found: readonly Found[];
}

export type Node = Group | Found;

const PAUSE = 200;
/** By VS Code's severities, from error to hint. */
const SEVERITIES = ["High", "Medium", "Low", "Reminders and harmless findings"] as const;
const ICONS = ["error", "warning", "info", "lightbulb"] as const;
const EVIDENCE: Readonly<Record<string, string>> = { shown: "confirmed", none: "harmless here" };

/** Provides the tree. It is computed again, after a pause, when findings have changed. */
export class Findings implements TreeDataProvider<Node>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly listening: Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(private grouping: Grouping = "severity") {
    this.listening = languages.onDidChangeDiagnostics(() => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.changed.fire();
      }, PAUSE);
    });
  }

  groupBy(grouping: Grouping): void {
    this.grouping = grouping;
    this.changed.fire();
  }

  getChildren(node?: Node): Node[] {
    return node === undefined ? this.groups() : "found" in node ? [...node.found] : [];
  }

  getTreeItem(node: Node): TreeItem {
    return "found" in node ? groupItem(node) : foundItem(node);
  }

  private groups(): Group[] {
    const groups = new Map<string, Found[]>();
    for (const found of everyFinding()) {
      const key = this.keyOf(found);
      const group = groups.get(key);
      if (group) {
        group.push(found);
      } else {
        groups.set(key, [found]);
      }
    }
    const keys = [...groups.keys()].sort((one, other) => one.localeCompare(other, undefined, { numeric: true }));
    return keys.map(key => this.group(key, groups.get(key) ?? []));
  }

  private keyOf({ uri, diagnostic }: Found): string {
    const keys = {
      severity: String(diagnostic.severity),
      rule: ruleOf(diagnostic),
      file: workspace.asRelativePath(uri),
    };
    return keys[this.grouping];
  }

  private group(key: string, found: readonly Found[]): Group {
    if (this.grouping === "severity") {
      return { label: SEVERITIES[Number(key) as 0 | 1 | 2 | 3], icon: iconOf(Number(key)), found };
    }
    const worst = Math.min(...found.map(({ diagnostic }) => diagnostic.severity));
    return { label: key, icon: this.grouping === "file" ? ThemeIcon.File : iconOf(worst), found };
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listening.dispose();
    this.changed.dispose();
  }
}

/** Shows the tree until the result is disposed of. */
export function showFindings(findings: Findings): Disposable[] {
  return [findings, window.createTreeView("posse.findings", { treeDataProvider: findings, showCollapseAll: true })];
}

function* everyFinding(): Iterable<Found> {
  for (const [uri, diagnostics] of languages.getDiagnostics()) {
    for (const diagnostic of diagnostics) {
      if (isFinding(diagnostic)) {
        yield { uri, diagnostic };
      }
    }
  }
}

function iconOf(severity: DiagnosticSeverity): ThemeIcon {
  return new ThemeIcon(ICONS[severity]);
}

function groupItem({ label, icon, found }: Group): TreeItem {
  const item = new TreeItem(label, TreeItemCollapsibleState.Expanded);
  item.iconPath = icon;
  item.description = String(found.length);
  return item;
}

function foundItem({ uri, diagnostic }: Found): TreeItem {
  const evidence = EVIDENCE[diagnostic.data?.evidence ?? ""];
  const place = `${workspace.asRelativePath(uri)}:${diagnostic.range.start.line + 1}`;
  const item = new TreeItem(`${ruleOf(diagnostic)} ${diagnostic.message}`);
  item.description = evidence ? `${evidence} · ${place}` : place;
  item.tooltip = new MarkdownString().appendText(`${diagnostic.message}\n${item.description}`);
  item.iconPath = iconOf(diagnostic.severity);
  item.command = { command: "vscode.open", title: "Open", arguments: [uri, { selection: diagnostic.range }] };
  return item;
}
