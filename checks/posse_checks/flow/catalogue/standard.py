"""The standard library: commands, code, paths, requests, serialized data, and what comes from the machine."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Passer, Row, Sanitizer, Sink, Source
from posse_checks.flow.kinds import (
    CODE,
    COMMAND,
    DESERIALIZATION,
    EVERY,
    LOG,
    NO_PARENT,
    NOT_ABSOLUTE,
    PATH,
    REDIRECT,
    SSRF,
    WEB_SCHEME,
    XPATH,
    XSS,
    XXE,
)
from posse_checks.flow.values import LOCAL

_COMMANDS: list[Row] = [
    *[Sink(f"os.{name}", COMMAND, (0,), f"os.{name}(X)") for name in ("system", "popen", "startfile")],
    *[
        Sink(f"subprocess.{name}", COMMAND, (0, "args"), f"subprocess.{name}(X, shell=True)")
        for name in ("run", "call", "Popen", "check_call", "check_output", "getoutput", "getstatusoutput")
    ],
    *[
        Sink(f"os.{name}", COMMAND, (0, 1), f"os.{name}(X, ['a'])")
        for name in ("execv", "execve", "execvp", "execvpe", "posix_spawn", "posix_spawnp")
    ],
    *[Sink(f"os.{name}", COMMAND, (0, 1), f"os.{name}(X, 'a')") for name in ("execl", "execle", "execlp", "execlpe")],
    *[
        Sink(f"os.{name}", COMMAND, (1, 2), f"os.{name}(os.P_WAIT, X, ['a'])")
        for name in ("spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe")
    ],
    Sink("asyncio.create_subprocess_shell", COMMAND, (0, "cmd"), "asyncio.create_subprocess_shell(X)"),
    Sink("asyncio.create_subprocess_exec", COMMAND, (0, "program"), "asyncio.create_subprocess_exec(X)"),
    Sink("pty.spawn", COMMAND, (0,), "pty.spawn(X)"),
    Sink("commands.getoutput", COMMAND, (0,), "commands.getoutput(X)"),
    Sink("commands.getstatusoutput", COMMAND, (0,), "commands.getstatusoutput(X)"),
    Sink("popen2.popen2", COMMAND, (0,), "popen2.popen2(X)"),
]
_CODE: list[Row] = [
    *[Sink(name, CODE, (0,), f"{name}(X)") for name in ("eval", "exec", "__import__")],
    Sink("compile", CODE, (0,), "compile(X, 'a', 'exec')"),
    Sink("builtins.eval", CODE, (0,), "builtins.eval(X)"),
    Sink("builtins.exec", CODE, (0,), "builtins.exec(X)"),
    Sink("importlib.import_module", CODE, (0,), "importlib.import_module(X)"),
    Sink("runpy.run_path", CODE, (0,), "runpy.run_path(X)"),
    Sink("code.InteractiveInterpreter.runsource", CODE, (0,), "code.InteractiveInterpreter().runsource(X)"),
    Maker("code.InteractiveInterpreter", "code.InteractiveInterpreter"),
]
_PATHS: list[Row] = [
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
]
_REQUESTS: list[Row] = [
    *[
        Sink(f"{name}", WEB_SCHEME, (0, "url", "fullurl"), "", is_evidence=True)
        for name in (
            *("urllib.request.urlopen", "urllib.request.urlretrieve", "urllib.request.Request", "urllib.urlopen"),
            *("urllib2.urlopen", "urllib2.Request", "urllib.urlretrieve"),
        )
    ],
    Sink("urllib2.Request", SSRF, (0, "url"), "urllib2.Request(X)"),
    Sink("urllib.urlretrieve", SSRF, (0, "url"), "urllib.urlretrieve(X)"),
    Sink("urllib.request.urlopen", SSRF, (0, "url"), "urllib.request.urlopen(X)"),
    Sink("urllib.request.urlretrieve", SSRF, (0, "url"), "urllib.request.urlretrieve(X)"),
    Sink("urllib.request.Request", SSRF, (0, "url"), "urllib.request.Request(X)"),
    Sink("urllib.urlopen", SSRF, (0, "url"), "urllib.urlopen(X)"),
    Sink("urllib2.urlopen", SSRF, (0, "url"), "urllib2.urlopen(X)"),
    Sink("http.client.HTTPConnection", SSRF, (0, "host"), "http.client.HTTPConnection(X)"),
    Sink("http.client.HTTPSConnection", SSRF, (0, "host"), "http.client.HTTPSConnection(X)"),
    Sink("socket.create_connection", SSRF, (0, "address"), "socket.create_connection((X, 80))"),
    *[
        Passer(f"urllib.parse.{name}", f"urllib.parse.{name}(X)")
        for name in ("unquote", "unquote_plus", "urlunparse", "urlunsplit")
    ],
    Sanitizer("urllib.parse.quote", XSS | REDIRECT | SSRF | COMMAND | XPATH, "urllib.parse.quote(X)"),
    Sanitizer("urllib.parse.quote_plus", XSS | REDIRECT | SSRF | COMMAND | PATH | XPATH, "urllib.parse.quote_plus(X)"),
    Sanitizer("urllib.parse.urlencode", XSS | REDIRECT | SSRF | COMMAND | PATH, "urllib.parse.urlencode({'q': X})"),
    *[Passer(f"urllib.parse.{name}", f"urllib.parse.{name}(X)") for name in ("parse_qs", "parse_qsl")],
]
_LOADERS: list[Row] = [
    *[
        Sink(f"{module}.{name}", DESERIALIZATION, (0,), f"{module}.{name}(X)")
        for module in ("pickle", "_pickle", "cPickle", "marshal")
        for name in ("loads", "load")
    ],
    Sink("pickle.Unpickler", DESERIALIZATION, (0,), "pickle.Unpickler(X)"),
    Sink("shelve.open", DESERIALIZATION, (0,), "shelve.open(X)"),
    *[Passer(f"pickle.{name}", f"pickle.{name}(X)") for name in ("dumps",)],
    Sink("logging.config.listen", CODE, (), "", is_evidence=True),
]
_XML: list[Row] = [
    *[
        Sink(f"xml.{module}.{name}", XXE, (0,), f"xml.{module}.{name}(X)", is_evidence=True)
        for module, names in {
            "etree.ElementTree": ("parse", "fromstring", "XML", "iterparse"),
            "etree.cElementTree": ("parse", "fromstring", "XML", "iterparse"),
            "dom.minidom": ("parse", "parseString"),
            "dom.pulldom": ("parse", "parseString"),
            "dom.expatbuilder": ("parse", "parseString"),
            "sax": ("parse", "parseString"),
        }.items()
        for name in names
    ],
]
_TEXT: list[Row] = [
    Sanitizer("html.escape", XSS | XPATH, "html.escape(X)"),
    Sanitizer("cgi.escape", XSS, "cgi.escape(X)"),
    Sanitizer("xml.sax.saxutils.escape", XSS | XXE, "xml.sax.saxutils.escape(X)"),
    Sanitizer("xml.sax.saxutils.quoteattr", XSS | XPATH, "xml.sax.saxutils.quoteattr(X)"),
    Sanitizer("shlex.quote", COMMAND, "shlex.quote(X)"),
    Sanitizer("shlex.join", COMMAND, "shlex.join([X])"),
    Sanitizer("pipes.quote", COMMAND, "pipes.quote(X)"),
    Sanitizer("ast.literal_eval", CODE, "ast.literal_eval(X)", type=""),
    *[
        Sanitizer(name, EVERY, f"{name}(X)", type="int")
        for name in (
            "uuid.UUID",
            "decimal.Decimal",
            "ipaddress.ip_address",
            "datetime.date.fromisoformat",
            "fractions.Fraction",
            "math.floor",
            "math.ceil",
            "zlib.crc32",
            "binascii.crc32",
        )
    ],
    Sanitizer("datetime.datetime.strptime", EVERY, "datetime.datetime.strptime(X, 'a')", type="int"),
    Sanitizer("datetime.datetime.fromisoformat", EVERY, "datetime.datetime.fromisoformat(X)", type="int"),
    *[
        Sanitizer(f"hashlib.{name}", EVERY, f"hashlib.{name}(X)", type="hashlib.Hash")
        for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256")
    ],
    Sanitizer("hmac.new", EVERY, "hmac.new(b'a', X)", type="hashlib.Hash"),
    *[
        Passer(name, f"{name}(X)")
        for name in (
            *("base64.b64decode", "base64.b64encode", "base64.urlsafe_b64decode", "base64.urlsafe_b64encode"),
            *("base64.b32decode", "base64.b16decode", "binascii.unhexlify", "binascii.hexlify", "html.unescape"),
            *("json.loads", "json.load", "codecs.decode", "codecs.encode", "textwrap.dedent", "string.Template"),
            *(
                "zlib.decompress",
                "gzip.decompress",
                "zlib.compress",
                "copy.copy",
                "unicodedata.normalize",
                "json.dumps",
            ),
            *(
                "os.fsencode",
                "os.fsdecode",
                "os.fspath",
                "itertools.chain",
                "csv.reader",
                "csv.DictReader",
                "email.message_from_string",
            ),
            *("base64.decodebytes", "base64.b85decode", "base64.standard_b64decode", "base64.encodebytes"),
        )
    ],
    *[
        Maker(f"string.{name}", "str")
        for name in (
            "ascii_letters",
            "ascii_lowercase",
            "ascii_uppercase",
            "digits",
            "hexdigits",
            "punctuation",
            "printable",
        )
    ],
    *[
        Maker(name, "str")
        for name in (
            "sys.executable",
            "sys.platform",
            "os.name",
            "sys.version",
            "sys.prefix",
            "os.linesep",
            "os.getcwd",
            "tempfile.gettempdir",
            "tempfile.mkdtemp",
            "socket.gethostname",
            "platform.system",
            "os.devnull",
            "sysconfig.get_platform",
            "uuid.uuid4",
            "secrets.token_hex",
            "secrets.token_urlsafe",
            "time.strftime",
            "sys.byteorder",
        )
    ],
    *[
        Maker(name, "int")
        for name in (
            "os.getpid",
            "time.time",
            "os.getuid",
            "time.monotonic",
            "random.randint",
            "random.random",
            "random.randrange",
            "time.time_ns",
            "os.cpu_count",
        )
    ],
    *[Maker(name, "datetime") for name in ("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today")],
    *[
        Sink(f"logging.{name}", LOG, (0, 1, "msg"), f"logging.{name}(X)")
        for name in ("debug", "info", "warning", "error", "critical", "exception")
    ],
    *[
        Sink(f"logging.Logger.{name}", LOG, (0, 1, "msg"), f"logging.getLogger('a').{name}(X)")
        for name in ("debug", "info", "warning", "error", "critical", "exception", "warn")
    ],
    Maker("logging.getLogger", "logging.Logger"),
]
_LOCAL: list[Row] = [
    Source("sys.argv", "sys.argv", "sys.argv[1]", LOCAL),
    Source("input", "input()", "input()", LOCAL),
    Source("raw_input", "raw_input()", "raw_input()", LOCAL),
    Source("os.environ", "os.environ", "os.environ['A']", LOCAL, type=""),
    Source("os.getenv", "os.getenv()", "os.getenv('A')", LOCAL),
    Source("sys.stdin", "sys.stdin", "sys.stdin.readline()", LOCAL),
    Source("getpass.getpass", "getpass()", "getpass.getpass()", LOCAL),
    Source("argparse.ArgumentParser.parse_args", "parse_args()", "argparse.ArgumentParser().parse_args().name", LOCAL),
    Maker("argparse.ArgumentParser", "argparse.ArgumentParser"),
    Source("optparse.OptionParser.parse_args", "parse_args()", "optparse.OptionParser().parse_args()", LOCAL),
    Maker("optparse.OptionParser", "optparse.OptionParser"),
    Source("fileinput.input", "fileinput.input()", "fileinput.input()", LOCAL),
]
_NETWORK: list[Row] = [
    Maker("socket.socket", "socket.socket"),
    Source("socket.socket.recv", "socket.recv()", "socket.socket().recv(9)"),
    Source("socket.socket.recvfrom", "socket.recvfrom()", "socket.socket().recvfrom(9)"),
    Source("socket.socket.recvmsg", "socket.recvmsg()", "socket.socket().recvmsg(9)"),
    Maker("socketserver.BaseRequestHandler()", "socketserver.Handler"),
    Maker("socketserver.StreamRequestHandler()", "socketserver.Handler"),
    Maker("socketserver.Handler.request", "socket.socket"),
    Source("socketserver.Handler.rfile", "self.rfile", ""),
    Maker("http.server.BaseHTTPRequestHandler()", "http.server.Handler"),
    Maker("http.server.SimpleHTTPRequestHandler()", "http.server.Handler"),
    Source("http.server.Handler.path", "self.path", ""),
    Source("http.server.Handler.headers", "self.headers", ""),
    Source("http.server.Handler.rfile", "self.rfile", ""),
    Source("http.server.Handler.requestline", "self.requestline", ""),
    Source("asyncio.StreamReader.read", "reader.read()", ""),
    Source("cgi.FieldStorage", "cgi.FieldStorage()", "cgi.FieldStorage().getvalue('a')"),
]
ROWS: tuple[Row, ...] = (
    *_COMMANDS, *_CODE, *_PATHS, *_REQUESTS, *_LOADERS, *_XML, *_TEXT, *_LOCAL, *_NETWORK,
)  # fmt: skip
