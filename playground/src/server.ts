// The worker with the server, from its start to its end: what is sent to it, and whether it still answers.
import type { Transport } from "@codemirror/lsp-client";

export type ToWorker = { kind: "message"; text: string } | { kind: "file"; path: string; text: string };
export type FromWorker =
  | { kind: "progress"; step: "server" }
  | { kind: "ready" }
  | { kind: "message"; text: string }
  | { kind: "done" }
  | { kind: "failed"; reason: string };

export type State =
  | { kind: "loading"; step: "python" | "server" }
  | { kind: "ready" }
  | { kind: "busy" }
  | { kind: "failed"; reason: string; wasReady: boolean };

/** Time, in milliseconds, after which a server that has not handled a message counts as busy. */
const PATIENCE_MILLISECONDS = 10_000;

/** The server. A new worker replaces one that has failed or is busy for too long. */
export class Server implements Transport {
  private worker: Worker | null = null;
  private readonly receivers = new Set<(text: string) => void>();
  private unhandled = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isReady = false;

  constructor(
    private readonly script: string,
    private readonly show: (state: State) => void,
    private readonly connect: () => void,
  ) {}

  /** Start a worker, and end the one before. */
  start() {
    this.stop();
    this.show({ kind: "loading", step: "python" });
    const worker = new Worker(this.script, { type: "module" });
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    worker.onerror = event => this.fail(event.message || "the script could not be loaded");
  }

  /** Send a message of the protocol. It is lost if there is no server, which is told everything when it starts. */
  send(text: string) {
    this.post({ kind: "message", text });
  }

  /** Write a file where the server reads it. */
  write(path: string, text: string) {
    this.post({ kind: "file", path, text });
  }

  subscribe(receiver: (text: string) => void) {
    this.receivers.add(receiver);
  }

  unsubscribe(receiver: (text: string) => void) {
    this.receivers.delete(receiver);
  }

  private post(message: ToWorker) {
    if (this.worker === null || !this.isReady) return;
    this.unhandled += 1;
    this.timer ??= setTimeout(() => this.show({ kind: "busy" }), PATIENCE_MILLISECONDS);
    this.worker.postMessage(message);
  }

  private receive(message: FromWorker) {
    if (message.kind === "message") for (const receiver of this.receivers) receiver(message.text);
    else if (message.kind === "done") this.settle();
    else if (message.kind === "failed") this.fail(message.reason);
    else if (message.kind === "progress") this.show({ kind: "loading", step: message.step });
    else {
      this.isReady = true;
      this.show({ kind: "ready" });
      this.connect();
    }
  }

  private settle() {
    this.unhandled -= 1;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.unhandled > 0) this.timer = setTimeout(() => this.show({ kind: "busy" }), PATIENCE_MILLISECONDS);
    else this.show({ kind: "ready" });
  }

  private fail(reason: string) {
    const wasReady = this.isReady;
    if (this.worker === null) return;
    this.stop();
    this.show({ kind: "failed", reason, wasReady });
  }

  private stop() {
    this.worker?.terminate();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.worker = null;
    this.isReady = false;
    this.unhandled = 0;
  }
}
