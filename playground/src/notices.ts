// The sentences that say what is going on.
import type { Diagnostic } from "./protocol.js";
import type { State } from "./server.js";

/** Time without a change, in milliseconds, after which the number of findings is spoken: not with every key. */
const QUIET_MILLISECONDS = 1_000;

const count = (number: number, name: string) =>
  number === 0 ? `No ${name}s` : `${number.toLocaleString("en")} ${name}${number === 1 ? "" : "s"}`;

/** What is wrong in a configuration, in a sentence. */
export const sentenceOf = (problems: readonly Diagnostic[]) =>
  `${count(problems.length, "problem")}: ${problems[0]?.message ?? ""}`;

export class Notices {
  private found = "";
  private spoken: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly status: HTMLElement,
    private readonly notice: HTMLElement,
    private readonly live: HTMLElement,
    private readonly restart: HTMLElement,
  ) {}

  /** Show the state of the server. */
  state(state: State) {
    this.status.dataset.state = state.kind;
    this.restart.hidden = state.kind !== "busy" && state.kind !== "failed";
    if (state.kind === "ready") this.status.textContent = this.found || "Checking ...";
    else this.set(textOf(state));
  }

  /** Show the number of findings. */
  count(diagnostics: readonly Diagnostic[]) {
    const unread = diagnostics.filter(({ code }) => !code).length;
    const broken = unread > 0 ? `; ${unread === 1 ? "one part is" : `${unread} parts are`} not checked` : "";
    this.found = `${count(diagnostics.length - unread, "finding")}${broken}.`;
    if (this.status.dataset.state === "ready") this.set(this.found);
  }

  /** Say that the playground cannot work. */
  stop(text: string) {
    this.status.dataset.state = "failed";
    this.set(text);
  }

  /** Say something once. */
  tell(text: string) {
    this.notice.textContent = text;
  }

  private set(text: string) {
    this.status.textContent = text;
    clearTimeout(this.spoken);
    this.spoken = setTimeout(() => (this.live.textContent = text), QUIET_MILLISECONDS);
  }
}

function textOf(state: Exclude<State, { kind: "ready" }>): string {
  if (state.kind === "busy") return "The server is busy with this text. Wait, or change the text and start it again.";
  if (state.kind === "loading")
    return state.step === "python" ? "Loading Python: 6 MB, the first time ..." : "Starting the server ...";
  if (state.wasReady && /RangeError|RecursionError/.test(state.reason))
    return "The server has stopped: this text is nested too deeply for Python in a page. Change it, and start the server again.";
  if (state.wasReady) return `The server has stopped (${state.reason}). Change the text, and start it again.`;
  if (!navigator.onLine)
    return "Python cannot be loaded: there is no network, and this browser has not stored the playground. Start again when you are online.";
  return `Python cannot be loaded (${state.reason}). Check the network, and start again.`;
}
