"""The standard library: requests, sockets, servers, XML, and what the user who starts the program controls."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Passer, Row, Sanitizer, Sink, Source
from posse_checks.flow.kinds import COMMAND, PATH, REDIRECT, SSRF, WEB_SCHEME, XPATH, XSS, XXE
from posse_checks.flow.values import LOCAL

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
_SAX: list[Row] = [
    *[
        Maker(f"xml.dom.{name}", "xml.dom.Document")
        for name in ("minidom.parse", "minidom.parseString", "pulldom.parse")
    ],
    Sink("xml.sax.Parser.parse", XXE, (0,), "", is_evidence=False),
    *[Sink(f"xml.dom.{name}", XXE, (0,), "") for name in ("minidom.parse", "minidom.parseString", "pulldom.parse")],
]
ROWS: tuple[Row, ...] = (*_REQUESTS, *_XML, *_SAX, *_LOCAL, *_NETWORK)
