// The language server in a web worker: Python in WebAssembly, and messages in both directions.
import { loadPyodide } from "pyodide";
import type { FromWorker, ToWorker } from "./server.js";

declare const PYODIDE_FOLDER: string;
declare const PYTHON_ARCHIVE: string;
declare const PYODIDE_LOCK: string;

const scope = self as unknown as DedicatedWorkerGlobalScope;
const report = (message: FromWorker) => scope.postMessage(message);

/** The archive of Python's library, the server and its packages, unpacked; it is one stream so that it packs well. */
async function unpackedArchive(): Promise<string> {
  const response = await fetch(new URL(PYTHON_ARCHIVE, scope.location.href));
  if (!response.ok || response.body === null) throw new Error(`${PYTHON_ARCHIVE}: status ${response.status}`);
  const unpacked = new Response(response.body.pipeThrough(new DecompressionStream("gzip")));
  return URL.createObjectURL(await unpacked.blob());
}

async function start() {
  const indexURL = new URL(PYODIDE_FOLDER, scope.location.href).href;
  const python = await loadPyodide({
    indexURL,
    stdLibURL: await unpackedArchive(),
    lockFileContents: PYODIDE_LOCK,
    env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" },
  });
  report({ kind: "progress", step: "server" });
  const embed = python.runPython("from posse_server.lsp.embedded import embed; embed");
  const take = embed((text: string) => report({ kind: "message", text })) as (text: string) => void;
  return (message: ToWorker) => {
    if (message.kind === "message") take(message.text);
    else {
      python.FS.mkdirTree(message.path.slice(0, message.path.lastIndexOf("/")));
      python.FS.writeFile(message.path, message.text);
    }
    report({ kind: "done" });
  };
}

/** Limit for a reason, in characters: that of an exception in Python begins with its whole traceback. */
const LONGEST_REASON = 200;

function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const last = error.message
    .trim()
    .split("\n")
    .findLast(line => /^\w[\w.]*(Error|Exception)\b/.test(line));
  return last?.slice(0, LONGEST_REASON) ?? `${error.name}: ${error.message.slice(0, LONGEST_REASON)}`;
}
const fail = (error: unknown) => report({ kind: "failed", reason: explained(error) });

scope.addEventListener("error", event => fail(event.error ?? event.message));
scope.addEventListener("unhandledrejection", event => fail(event.reason));
const starting = start();
scope.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  const handle = await starting;
  try {
    handle(data);
  } catch (error) {
    fail(error);
  }
};
starting.then(
  () => report({ kind: "ready" }),
  () => undefined, // `unhandledrejection` does not see it here, so:
);
starting.catch(fail);
