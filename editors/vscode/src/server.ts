/** Runs the server: finds a Python, starts the server, watches it, and restarts it a limited number of times. */

import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { commands, Disposable, EventEmitter, workspace, type LogOutputChannel, type Uri } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type CloseHandlerResult,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { findInterpreter, NoInterpreter, PATIENCE, type Interpreter } from "./interpreter";
import { SECTION, said } from "./settings";
import { serverArguments } from "./strategy";

/** The state of the server. */
export type State =
  | { readonly is: "starting" | "stopped" }
  | { readonly is: "running"; readonly interpreter: Interpreter }
  | { readonly is: "failed"; readonly problem: Problem };

/** The reason why there is no server, and whether Python is the cause. */
export interface Problem {
  readonly message: string;
  readonly isPython: boolean;
}

/** Numbers of a document's shown and hidden findings. */
export interface Numbers {
  readonly findings: number;
  readonly suppressed: number;
  readonly baselined: number;
  readonly evidence?: { readonly shown: number };
}

/** The server's command that explains a rule, and the one that does so here: the page of the web is not needed. */
const EXPLAIN = "posse.explainRule";
const EXPLAIN_HERE = "posse.openRuleDocumentation";

const CRASHES = 3;
const WITHIN = 3 * 60_000;

/** The documents that the server handles: Python, also in notebooks, and configurations. */
const DOCUMENTS = [
  { scheme: "file", language: "python" },
  { scheme: "untitled", language: "python" },
  { scheme: "vscode-notebook-cell", language: "python" },
  { scheme: "file", pattern: "**/{bandit,.bandit}.{yaml,yml}" },
  { scheme: "file", pattern: "**/.posse/checks/*.{yaml,yml}" },
  { scheme: "file", pattern: "**/pyproject.toml" },
  { scheme: "file", pattern: "**/.bandit" },
];

/** The window's server. */
export class Server implements Disposable {
  private readonly changed = new EventEmitter<State>();
  readonly onDidChange = this.changed.event;
  private readonly counted = new EventEmitter<void>();
  /** Fired when the numbers of a document have changed. */
  readonly onDidCount = this.counted.event;
  private readonly numbers = new Map<string, Numbers>();
  private current: State = { is: "stopped" };
  private client: LanguageClient | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private attempt = new AbortController();
  private crashes: number[] = [];

  constructor(
    private readonly folder: string,
    private readonly log: LogOutputChannel,
  ) {}

  get state(): State {
    return this.current;
  }

  /** The connection, if there is one. */
  get running(): LanguageClient | undefined {
    return this.current.is === "running" ? this.client : undefined;
  }

  /** The numbers of a document, if the server has sent them. */
  numbersOf(uri: Uri): Numbers | undefined {
    return this.numbers.get(uri.toString());
  }

  /** Starts or restarts the server. A failure becomes its state. */
  start(): Promise<void> {
    const given = this.supersede();
    return this.next(async () => {
      this.crashes = [];
      await this.end();
      this.become({ is: "starting" });
      await this.attempted(given, async () => {
        const interpreter = await findInterpreter(this.folder, message => this.log.warn(message), given);
        this.log.info(`Python ${interpreter.version}: ${interpreter.command.join(" ")}`);
        await this.connect(interpreter, given);
      });
    });
  }

  /** Stops the server. */
  stop(): Promise<void> {
    this.supersede();
    return this.next(() => this.end());
  }

  dispose(): void {
    this.changed.dispose();
    this.counted.dispose();
  }

  /** Runs starts and stops one after the other, however quickly they are requested. */
  private next(step: () => Promise<void>): Promise<void> {
    const done = this.turn.then(step);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Aborts a start in progress, which may hang. Returns the signal that aborts the next one. */
  private supersede(): AbortSignal {
    this.attempt.abort();
    this.attempt = new AbortController();
    return this.attempt.signal;
  }

  /** Runs a start. A failure becomes the state, unless another start follows. */
  private async attempted(given: AbortSignal, start: () => Promise<void>): Promise<void> {
    try {
      given.throwIfAborted();
      await start();
    } catch (error) {
      if (!given.aborted) {
        this.fail(error instanceof Error ? error.message : String(error), error instanceof NoInterpreter);
      }
    }
  }

  private become(state: State): void {
    this.current = state;
    this.changed.fire(state);
  }

  private fail(message: string, isPython = false): void {
    this.log.error(message);
    this.become({ is: "failed", problem: { message, isPython } });
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.numbers.clear();
    this.become({ is: "stopped" });
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(`The server did not stop cleanly: ${error}`); // it has been killed then
    }
  }

  private async connect(interpreter: Interpreter, given: AbortSignal): Promise<void> {
    const [command = ""] = interpreter.command;
    const args = [...(await serverArguments(interpreter, this.folder, message => this.log.info(message), given))];
    given.throwIfAborted();
    const words = new LastWords(this.log);
    const client: LanguageClient = new QuietClient(
      SECTION,
      "Posse",
      { command, args, options: { cwd: this.folder } },
      this.options(words, () => this.closed(client, interpreter)),
    );
    client.onNotification("posse/status", ({ uri, ...numbers }: Numbers & { uri: string }) => {
      this.numbers.set(client.protocol2CodeConverter.asUri(uri).toString(), numbers);
      this.counted.fire();
    });
    this.client = client;
    const ended = async (): Promise<never> => {
      throw new Error(`The server ended right after it started. ${(await words.said()) || "It printed nothing."}`);
    };
    const started = client.start();
    try {
      await Promise.race([started.catch(ended), giveUp(given)]);
    } catch (error) {
      this.client = undefined;
      await abandon(client, started);
      throw error;
    }
    this.become({ is: "running", interpreter });
  }

  private options(words: LastWords, closed: () => CloseHandlerResult): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      initializationOptions: () => ({
        ...said(workspace.workspaceFolders?.[0]?.uri),
        workspaceTrusted: workspace.isTrusted, // last, so that no setting of the workspace replaces it
      }),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: { error: () => ({ action: ErrorAction.Continue, handled: true }), closed },
      stdioOptions: { stderr: input => words.listen(input), stdout: () => undefined },
      middleware: {
        executeCommand: (command, given, next) =>
          command === EXPLAIN ? commands.executeCommand(EXPLAIN_HERE, ...given) : next(command, given),
        workspace: {
          configuration: ({ items }) =>
            items.map(item =>
              said(item.scopeUri ? this.client?.protocol2CodeConverter.asUri(item.scopeUri) : undefined),
            ),
        },
      },
    };
  }

  /** Decides what happens after the connection was lost: a restart, unless the server keeps ending. */
  private closed(client: LanguageClient, interpreter: Interpreter): CloseHandlerResult {
    if (client !== this.client || this.current.is !== "running") {
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    const now = Date.now();
    this.crashes = [...this.crashes.filter(time => now - time < WITHIN), now];
    if (this.crashes.length > CRASHES) {
      this.fail(`The server ended ${this.crashes.length} times within three minutes, so it was not restarted.`);
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    this.become({ is: "starting" });
    const given = this.attempt.signal;
    void this.next(async () => {
      await this.end();
      this.become({ is: "starting" });
      await this.attempted(given, () => this.connect(interpreter, given));
    });
    return { action: CloseAction.DoNotRestart, handled: true, message: "The server ended and is being restarted." };
  }
}

/** Rejects when a start is aborted, or takes too long. */
async function giveUp(given: AbortSignal): Promise<never> {
  await setTimeout(PATIENCE, undefined, { signal: given });
  throw new Error(`The server did not answer within ${PATIENCE / 1000} seconds, so it was stopped.`);
}

/** Disposes of a client that has not started, so that another can replace it. */
async function abandon(client: LanguageClient, started: Promise<void>): Promise<void> {
  const ignore = (): undefined => undefined; // as what does not run cannot be disposed of
  void client.dispose().catch(ignore); // but its process is ended all the same, after two seconds
  await Promise.race([started.catch(ignore), setTimeout(3000)]);
  await client.dispose().catch(ignore); // if it has started meanwhile, this takes back its commands
}

/** A client that writes errors to the log, and leaves it to `Server` to tell the user. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** The server's standard error: it is logged, and its last line is kept for messages. */
class LastWords {
  private last = "";
  private end: Promise<unknown> = Promise.resolve();

  constructor(private readonly log: LogOutputChannel) {}

  listen(input: NodeJS.ReadableStream): void {
    const lines = createInterface({ input });
    this.end = once(lines, "close");
    lines.on("line", line => {
      this.last = line.trim() || this.last;
      // The server's own log also arrives as messages; only this stream has the rest, such as tracebacks.
      if (!/^[A-Z]+ posse_(server|checks)\b/.test(line)) {
        this.log.error(line);
      }
    });
  }

  /** Returns the last line once the stream has ended, which may be after the connection is lost. */
  async said(): Promise<string> {
    await Promise.race([this.end, setTimeout(1000)]);
    return this.last;
  }
}
