// Builds the playground: node bundle.mjs PACKAGES OUT. PACKAGES is the folder with the server and its packages.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { loadPyodide } from "pyodide";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PYODIDE = join(HERE, "node_modules", "pyodide");
const [PACKAGES, OUT] = process.argv.slice(2);

const inputs = {};

const digest = bytes => createHash("sha256").update(bytes).digest("hex").slice(0, 12);

/** Write a file whose name has the digest of its content, so that it may be kept forever. Returns the name. */
async function emit(name, bytes) {
  const [stem, ending] = name.split(/\.(?=[^.]*$)/);
  const file = `${stem}-${digest(bytes)}.${ending}`;
  await writeFile(join(OUT, file), bytes);
  return file;
}

/** The archive with Python's library and the server. The seed of hashes is fixed, so that it is the same each time. */
async function packed() {
  const python = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
  python.mountNodeFS("/packages", PACKAGES);
  const library = new Uint8Array(await readFile(join(PYODIDE, "python_stdlib.zip")));
  python.unpackArchive(library, "zip", { extractDir: "/library" });
  python.FS.writeFile("/home/pyodide/pack.py", await readFile(join(HERE, "pack.py")));
  const archive = await python.runPythonAsync("import pack; await pack.pack()");
  return archive.toJs();
}

async function bundled(entry, define = {}) {
  const result = await build({
    entryPoints: [join(HERE, "src", entry)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    loader: { ".py": "text", ".yaml": "text" },
    external: ["node:*", "ws"], // Pyodide imports them under Node only
    define: Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
    legalComments: "none",
    absWorkingDir: HERE,
  });
  Object.assign(inputs, result.metafile.inputs);
  return result.outputFiles[0].contents;
}

await rm(OUT, { recursive: true, force: true });
const { version } = JSON.parse(await readFile(join(PYODIDE, "package.json"), "utf8"));
const folder = `pyodide-${version}`;
await mkdir(join(OUT, folder), { recursive: true });
for (const file of ["pyodide.asm.mjs", "pyodide.asm.wasm"])
  await copyFile(join(PYODIDE, file), join(OUT, folder, file));
const { info } = JSON.parse(await readFile(join(PYODIDE, "pyodide-lock.json"), "utf8"));

const archive = await emit("python.bin", await packed());
const worker = await emit(
  "worker.js",
  await bundled("worker.ts", {
    PYODIDE_FOLDER: `${folder}/`,
    PYTHON_ARCHIVE: archive,
    PYODIDE_LOCK: JSON.stringify({ info, packages: {} }),
  }),
);
const script = await emit("main.js", await bundled("main.ts", { WORKER: worker }));
const style = await emit("style.css", await bundled("style.css"));
const page = await readFile(join(HERE, "src", "index.html"), "utf8");
await writeFile(join(OUT, "index.html"), page.replace('"SCRIPT"', `"${script}"`).replace('"STYLE"', `"${style}"`));

const files = (await readdir(OUT, { recursive: true })).filter(name => name.includes(".") && !name.endsWith(version));
const kept = ["./", ...files.filter(name => name !== "index.html").sort()];
const contents = await Promise.all(files.sort().map(name => readFile(join(OUT, name))));
const VERSION = digest(Buffer.concat(contents));
await writeFile(join(OUT, "offline.js"), await bundled("offline.ts", { VERSION, FILES: kept }));
await mkdir(join(HERE, "dist"), { recursive: true });
await writeFile(join(HERE, "dist", "meta.json"), JSON.stringify({ inputs }));
process.exit(); // Pyodide keeps the process alive
