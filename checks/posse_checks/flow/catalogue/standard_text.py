"""The standard library: text, numbers, hashes and logs."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Passer, Row, Sanitizer, Sink
from posse_checks.flow.kinds import CODE, COMMAND, EVERY, LOG, XPATH, XSS, XXE

ROWS: tuple[Row, ...] = (
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
)
