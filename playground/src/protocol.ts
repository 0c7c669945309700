// The parts of the Language Server Protocol that the page reads, as the server sends them.

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Location {
  uri: string;
  range: Range;
}

export interface Diagnostic {
  range: Range;
  message: string;
  severity?: number;
  code?: string;
  codeDescription?: { href: string };
  source?: string;
  relatedInformation?: { location: Location; message: string }[];
}

export interface PublishedDiagnostics {
  uri: string;
  version?: number;
  diagnostics: Diagnostic[];
}

export interface TextEdit {
  range: Range;
  newText: string;
}

export interface WorkspaceEdit {
  changes?: Record<string, TextEdit[]>;
  documentChanges?: { textDocument?: { uri: string }; edits?: TextEdit[] }[];
}

export interface CodeAction {
  title: string;
  kind?: string;
  isPreferred?: boolean;
  disabled?: { reason: string };
  edit?: WorkspaceEdit;
  command?: unknown;
}

export interface Hover {
  contents: { kind: string; value: string } | string;
  range?: Range;
}

export const FOLDER = "file:///playground";
export const SOURCE = `${FOLDER}/app.py`;
export const CONFIGURATION = `${FOLDER}/bandit.yaml`;
