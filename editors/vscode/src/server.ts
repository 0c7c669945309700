/** The server's life: found a Python, started, watched, started again if it ends, but not for ever. */

import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { Disposable, EventEmitter, workspace, type LogOutputChannel, type Uri } from "vscode";
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

/** What the server is doing. */
export type State =
  | { readonly is: "starting" | "stopped" }
  | { readonly is: "running"; readonly interpreter: Interpreter }
  | { readonly is: "failed"; readonly problem: Problem };

/** Why there is no server, and whether it lies in the Python. */
export interface Problem {
  readonly message: string;
  readonly isPython: boolean;
}

/** How many findings a document has, and how many of them are not shown. */
export interface Numbers {
  readonly findings: number;
  readonly suppressed: number;
  readonly baselined: number;
}

const CRASHES = 3;
const WITHIN = 3 * 60_000;

/** The documents that concern the server: Python, also in notebooks, and configurations. */
const DOCUMENTS = [
  { scheme: "file", language: "python" },
  { scheme: "untitled", language: "python" },
  { scheme: "vscode-notebook-cell", language: "python" },
  { scheme: "file", pattern: "**/{bandit,.bandit}.{yaml,yml}" },
  { scheme: "file", pattern: "**/pyproject.toml" },
  { scheme: "file", pattern: "**/.bandit" },
];

/** The one server of the window. */
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

  /** The connection, once there is one. */
  get running(): LanguageClient | undefined {
    return this.current.is === "running" ? this.client : undefined;
  }

  /** The numbers of a document, once the server has told them. */
  numbersOf(uri: Uri): Numbers | undefined {
    return this.numbers.get(uri.toString());
  }

  /** Start the server, or start it anew; what goes wrong becomes its state. */
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

  /** Stop the server. */
  stop(): Promise<void> {
    this.supersede();
    return this.next(() => this.end());
  }

  dispose(): void {
    this.changed.dispose();
    this.counted.dispose();
  }

  /** Starts and stops come one after the other, however quickly they are asked for. */
  private next(step: () => Promise<void>): Promise<void> {
    const done = this.turn.then(step);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Give up a start that is under way, which may hang, for what comes next; the signal that tells when that is given up. */
  private supersede(): AbortSignal {
    this.attempt.abort();
    this.attempt = new AbortController();
    return this.attempt.signal;
  }

  /** Do what starts a server; what goes wrong becomes the state, unless another start is to come anyway. */
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
      this.log.warn(`The server did not stop as it should: ${error}`); // it has been killed then
    }
  }

  private async connect(interpreter: Interpreter, given: AbortSignal): Promise<void> {
    const [command = "", ...options] = interpreter.command;
    // Isolated, so that no file of the workspace and no package of the environment is taken for one of the server's.
    const args = [...options, "-I", "-S", "-X", "utf8", path.join(this.folder, "launch.py"), "server"];
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
      throw new Error(`The server ended as soon as it was started. ${(await words.said()) || "It said nothing."}`);
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
      initializationOptions: () => said(workspace.workspaceFolders?.[0]?.uri),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: { error: () => ({ action: ErrorAction.Continue, handled: true }), closed },
      stdioOptions: { stderr: input => words.listen(input), stdout: () => undefined },
      middleware: {
        workspace: {
          configuration: ({ items }) =>
            items.map(item =>
              said(item.scopeUri ? this.client?.protocol2CodeConverter.asUri(item.scopeUri) : undefined),
            ),
        },
      },
    };
  }

  /** Decide what happens when the connection has gone: once more, unless it comes to nothing. */
  private closed(client: LanguageClient, interpreter: Interpreter): CloseHandlerResult {
    if (client !== this.client || this.current.is !== "running") {
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    const now = Date.now();
    this.crashes = [...this.crashes.filter(time => now - time < WITHIN), now];
    if (this.crashes.length > CRASHES) {
      this.fail(`The server has ended ${this.crashes.length} times within three minutes, so it is not started again.`);
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    this.become({ is: "starting" });
    const given = this.attempt.signal;
    void this.next(async () => {
      await this.end();
      this.become({ is: "starting" });
      await this.attempted(given, () => this.connect(interpreter, given));
    });
    return { action: CloseAction.DoNotRestart, handled: true, message: "The server has ended; it is started again." };
  }
}

/** Fail once a start is given up, or has taken too long. */
async function giveUp(given: AbortSignal): Promise<never> {
  await setTimeout(PATIENCE, undefined, { signal: given });
  throw new Error(`The server has given no answer for ${PATIENCE / 1000} seconds, so it was ended.`);
}

/** Get rid of a client that has not started, so that another can take its place. */
async function abandon(client: LanguageClient, started: Promise<void>): Promise<void> {
  const ignore = (): undefined => undefined; // as what does not run cannot be disposed of
  void client.dispose().catch(ignore); // but its process is ended all the same, after two seconds
  await Promise.race([started.catch(ignore), setTimeout(3000)]);
  await client.dispose().catch(ignore); // if it has started meanwhile, this takes back its commands
}

/** A client that writes errors to the log and leaves telling the user to the one who knows what they mean. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** What the server writes to its standard error: logged, and the last line kept to quote. */
class LastWords {
  private last = "";
  private end: Promise<unknown> = Promise.resolve();

  constructor(private readonly log: LogOutputChannel) {}

  listen(input: NodeJS.ReadableStream): void {
    const lines = createInterface({ input });
    this.end = once(lines, "close");
    lines.on("line", line => {
      this.last = line.trim() || this.last;
      // The server's own log comes as messages too; this is what comes on no other way, such as a traceback.
      if (!/^[A-Z]+ posse_(server|checks)\b/.test(line)) {
        this.log.error(line);
      }
    });
  }

  /** The last line, once there will be no more; the connection may be known to have ended before that is read. */
  async said(): Promise<string> {
    await Promise.race([this.end, setTimeout(1000)]);
    return this.last;
  }
}
