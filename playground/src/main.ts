// The page: two editors, the server in a worker, and the list of findings.
import { LSPClient, serverCompletion } from "@codemirror/lsp-client";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { EditorView, keymap } from "@codemirror/view";
import { pythonLanguage } from "@codemirror/lang-python";
import { publishedDiagnostics } from "./diagnostics.js";
import { LONGEST_TEXT, createEditor, replaceText } from "./editor.js";
import { EXAMPLES } from "./examples.js";
import { FindingList } from "./findings.js";
import { apply, fixForAll } from "./fixes.js";
import { hovers, sanitized } from "./hover.js";
import { contentOf, fragmentOf, LinkError, type Content } from "./link.js";
import { keepForOffline } from "./kept.js";
import { Notices, sentenceOf } from "./notices.js";
import { CONFIGURATION, FOLDER, SOURCE, type PublishedDiagnostics } from "./protocol.js";
import { Server } from "./server.js";
import { offerThemes } from "./theme.js";

declare const WORKER: string;

const byId = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;
const notices = new Notices(byId("status"), byId("notice"), byId("spoken"), byId("restart"));
const refused = (length: number) =>
  notices.tell(
    `This text has ${length.toLocaleString("en")} characters; the playground takes up to ${LONGEST_TEXT.toLocaleString("en")}. Check it with \`posse scan\` on your machine.`,
  );
const applied = (title: string, isChanged: boolean) =>
  notices.tell(isChanged ? `Applied: ${title}.` : "The text has changed since. Choose the fix again.");

const server = new Server(
  WORKER,
  state => notices.state(state),
  () => connect(),
);
let typedAt = 0;
const client = new LSPClient({
  rootUri: FOLDER,
  timeout: 120_000,
  sanitizeHTML: sanitized,
  highlightLanguage: name => (name === "python" ? pythonLanguage : null),
  notificationHandlers: { "window/showMessage": () => true }, // what it says stands beside the configuration
  extensions: [
    publishedDiagnostics(received),
    serverCompletion(),
    EditorView.updateListener.of(update => {
      if (!update.docChanged) return;
      typedAt = performance.now();
      if (update.transactions.some(each => each.isUserEvent("input.type") || each.isUserEvent("delete")))
        notices.tell("");
      queueMicrotask(() => client.sync());
    }),
  ],
});

const content = (await contentOfAddress()) ?? (EXAMPLES[0] as Content);
const source = createEditor(byId("source"), "Python source, app.py", content.source, refused, [
  python(),
  client.plugin(SOURCE, "python"),
  hovers(() => client, applied),
  keymap.of([{ key: "Mod-.", run: () => findings.openAtCursor() }]),
]);
const configuration = createEditor(
  byId("configuration"),
  "Configuration, bandit.yaml",
  content.configuration,
  refused,
  [
    yaml(),
    client.plugin(CONFIGURATION, "yaml"),
    hovers(() => client, applied),
    EditorView.updateListener.of(update => {
      if (update.docChanged) queueMicrotask(configure);
    }),
  ],
);
const findings = new FindingList(byId("findings"), client, source, SOURCE, applied);

/** The content that the address holds or names; null if there is none, or if it cannot be read, which is said. */
async function contentOfAddress(): Promise<Content | null> {
  try {
    return (
      (await contentOf(location.hash)) ?? EXAMPLES.find(({ name }) => location.hash === `#example=${name}`) ?? null
    );
  } catch (error) {
    notices.tell(error instanceof LinkError ? error.message : String(error));
    return null;
  }
}

/** Tell a server that has started everything. */
function connect() {
  writeConfiguration();
  client.disconnect();
  client.connect(server);
}

const writeConfiguration = () => server.write(new URL(CONFIGURATION).pathname, configuration.state.doc.toString());

/** Let an edit of the configuration take effect: the server reads it as a file, and is told that it changed. */
function configure() {
  client.sync();
  writeConfiguration();
  client.notification("workspace/didChangeWatchedFiles", { changes: [{ uri: CONFIGURATION, type: 2 }] });
}

/** Time without an answer, in milliseconds, after which the list follows: squiggles do so at once. */
const LIST_MILLISECONDS = 100;
let listing: ReturnType<typeof setTimeout> | undefined;
let isFirst = true;
function received({ uri, diagnostics }: PublishedDiagnostics) {
  if (uri === CONFIGURATION) {
    byId("problems").textContent = diagnostics[0] ? sentenceOf(diagnostics) : "";
    return;
  }
  clearTimeout(listing);
  listing = setTimeout(() => findings.show(diagnostics), LIST_MILLISECONDS);
  notices.count(diagnostics);
  byId<HTMLButtonElement>("fix-all").hidden = diagnostics.length === 0;
  performance.clearMeasures("answer");
  performance.measure("answer", { start: typedAt, end: performance.now() });
  if (!isFirst) return;
  isFirst = false;
  performance.mark("first-findings");
  keepForOffline(() => (byId("offline").hidden = false));
}

function show({ source: text, configuration: options }: Content) {
  if (text.length > LONGEST_TEXT) return refused(text.length);
  notices.tell("");
  replaceText(configuration, options);
  replaceText(source, text);
}

const examples = byId<HTMLSelectElement>("examples");
examples.append(...EXAMPLES.map(({ name, title }) => new Option(title, name)));
const named = EXAMPLES.find(({ source: text }) => text === content.source);
if (named) examples.value = named.name;
else examples.selectedIndex = -1;
examples.onchange = () => show(EXAMPLES.find(({ name }) => name === examples.value) as Content);

byId("link").onclick = async () => {
  try {
    history.replaceState(
      null,
      "",
      await fragmentOf({ source: source.state.doc.toString(), configuration: configuration.state.doc.toString() }),
    );
    await navigator.clipboard.writeText(location.href);
    notices.tell("Copied a link with the text and the configuration.");
  } catch (error) {
    notices.tell(error instanceof LinkError ? error.message : "The link is in the address bar: copy it from there.");
  }
};
addEventListener("hashchange", async () => {
  const linked = await contentOfAddress();
  if (linked !== null) show(linked);
});
byId("fix-all").onclick = async () => {
  const { doc } = source.state;
  const end = { line: doc.lines - 1, character: doc.line(doc.lines).length };
  const action = await fixForAll(client, SOURCE, { start: { line: 0, character: 0 }, end });
  if (action === null) notices.tell("No finding has a safe fix.");
  else applied(action.title, await apply(client, action));
};
byId("restart").onclick = () => server.start();
offerThemes(byId("theme"));

if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function")
  notices.stop(
    "Python cannot run in this browser: it has no WebAssembly, or is too old. Use a current Firefox, Chrome, Edge or Safari, or install Posse.",
  );
else server.start();
