"""The standard library: paths and files."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Passer, Row, Sanitizer, Sink
from posse_checks.flow.kinds import NO_PARENT, NOT_ABSOLUTE, PATH

ROWS: tuple[Row, ...] = (
    *[
        Sink(name, PATH, (0, "file"), f"{name}(X)")
        for name in (
            "open",
            "io.open",
            "io.open_code",
            "codecs.open",
            "gzip.open",
            "bz2.open",
            "lzma.open",
            "tarfile.open",
        )
    ],
    Sink("zipfile.ZipFile", PATH, (0, "file"), "zipfile.ZipFile(X)"),
    *[
        Sink(f"os.{name}", PATH, (0, "path"), f"os.{name}(X)")
        for name in (
            "remove",
            "unlink",
            "listdir",
            "scandir",
            "mkdir",
            "makedirs",
            "rmdir",
            "removedirs",
            "walk",
            "stat",
        )
    ],
    Sink("os.open", PATH, (0, "path"), "os.open(X, 0)"),
    Sink("os.chmod", PATH, (0, "path"), "os.chmod(X, 0)"),
    Sink("os.truncate", PATH, (0, "path"), "os.truncate(X, 0)"),
    *[
        Sink(f"os.{name}", PATH, (0, 1, "src", "dst"), f"os.{name}(X, 'b')")
        for name in ("rename", "replace", "link", "symlink")
    ],
    *[
        Sink(f"shutil.{name}", PATH, (0, 1, "src", "dst"), f"shutil.{name}(X, 'b')")
        for name in ("copy", "copy2", "copyfile", "move", "copytree")
    ],
    Sink("shutil.rmtree", PATH, (0, "path"), "shutil.rmtree(X)"),
    Sink("shutil.unpack_archive", PATH, (0, 1), "shutil.unpack_archive(X)"),
    *[Sink(f"os.path.{name}", PATH, (0,), f"os.path.{name}(X)") for name in ("exists", "isfile", "isdir", "getsize")],
    *[
        Sink(f"pathlib.Path.{name}", PATH, ("receiver",), f"pathlib.Path(X).{name}()")
        for name in (
            "read_text",
            "read_bytes",
            "open",
            "unlink",
            "mkdir",
            "iterdir",
            "rmdir",
            "touch",
            "exists",
            "is_file",
        )
    ],
    *[
        Sink(f"pathlib.Path.{name}", PATH, ("receiver",), f"pathlib.Path(X).{name}('a')")
        for name in ("write_text", "write_bytes", "glob", "rename", "replace")
    ],
    Sink("aiofiles.open", PATH, (0, "file"), "aiofiles.open(X)"),
    Sanitizer("os.path.basename", PATH | NO_PARENT | NOT_ABSOLUTE, "os.path.basename(X)"),
    Sanitizer("ntpath.basename", PATH | NO_PARENT | NOT_ABSOLUTE, "ntpath.basename(X)"),
    Maker("os.sep", "separator"),
    Maker("os.path.sep", "separator"),
    *[
        Passer(f"os.path.{name}", f"os.path.{name}(X)")
        for name in ("dirname", "expanduser", "expandvars", "normcase", "splitext", "split", "relpath")
    ],
)
