"""Bytes nobody should send: what an HTTP listener must answer or close, and survive."""

from dataclasses import dataclass

from tests.endurance.listener import hello


@dataclass(frozen=True)
class Shape:
    """What is sent, and whether more than one answer may come."""

    name: str
    said: bytes


_GET = b"GET /cgi-bin/token?grant_type=x HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_POST = b"POST /cgi-bin/stable_token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_CHUNKED = _POST + b"Transfer-Encoding: chunked\r\n"
_INNER = b"GET /_mockwx/api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

HELLO = Shape("hello of TLS", hello())
SHAPES = (
    Shape("nothing", b""),
    Shape("one byte", b"G"),
    Shape("line feeds", b"\n" * 100),
    Shape("zeros", bytes(4_096)),
    Shape("all bytes", bytes(range(256)) * 16),
    Shape("TLS to plain", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    Shape("TLS record too long", b"\x16\x03\x03\xff\xff" + bytes(70_000)),
    Shape("SSLv2 hello", b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10"),
    Shape("HTTP/0.9", b"GET /\r\n\r\n"),
    Shape("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(64)),
    Shape("HTTP/9.9", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
    Shape("SOCKS5", b"\x05\x01\x00"),
    Shape("no target", b"GET HTTP/1.1\r\nHost: x\r\n\r\n"),
    Shape("target with blanks", b"GET /a b c HTTP/1.1\r\nHost: x\r\n\r\n"),
    Shape("target that is endless", b"GET /" + b"a" * 300_000),
    Shape("target in bad UTF-8", b"GET /\xff\xfe%ff%f HTTP/1.1\r\nHost: x\r\n\r\n"),
    Shape("target *", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
    Shape("bad absolute form", b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n"),
    Shape("scheme of another kind", b"GET file:///etc/passwd HTTP/1.1\r\n\r\n"),
    Shape("CONNECT to nowhere", b"CONNECT : HTTP/1.1\r\n\r\n"),
    Shape("CONNECT to a bad port", b"CONNECT a:99999 HTTP/1.1\r\n\r\n"),
    Shape("CONNECT to a bad name", b"CONNECT " + b"a." * 200 + b":1 HTTP/1.1\r\n\r\n"),
    Shape("endless header", b"GET / HTTP/1.1\r\nA: " + b"a" * 600_000),
    Shape("endless headers", b"GET / HTTP/1.1\r\n" + b"A: a\r\n" * 100_000),
    Shape("header without colon", _GET + b"nonsense\r\n\r\n"),
    Shape("header without name", _GET + b": x\r\n\r\n"),
    Shape("header with blank in name", _GET + b"A b: x\r\n\r\n"),
    Shape("folded header", _GET + b"A: x\r\n y\r\n\r\n"),
    Shape("header in bad UTF-8", _GET + b"A: \xff\xfe\x80\r\n\r\n"),
    Shape("header with zero", _GET + b"A: a\0b\r\n\r\n"),
    Shape("header with lone return", _GET + b"A: a\rB: b\r\n\r\n"),
    Shape("header of line feeds", b"GET / HTTP/1.1\nHost: x\n\n"),
    Shape("two hosts", _GET + b"Host: evil.example\r\n\r\n"),
    Shape("no host", b"GET /cgi-bin/token HTTP/1.1\r\n\r\n"),
    Shape("negative length", _POST + b"Content-Length: -1\r\n\r\n"),
    Shape("length in words", _POST + b"Content-Length: many\r\n\r\n{}"),
    Shape("length with sign", _POST + b"Content-Length: +2\r\n\r\n{}"),
    Shape("length with blanks inside", _POST + b"Content-Length: 1 2\r\n\r\n{}"),
    Shape("length too large", _POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}"),
    Shape("length over the limit", _POST + b"Content-Length: 99999999\r\n\r\n{}"),
    Shape("length longer than body", _POST + b"Content-Length: 9\r\n\r\n{}"),
    Shape(
        "body over the limit",
        _POST + b"Content-Length: 1500000\r\n\r\n" + b" " * 1_500_000,
    ),
    Shape("body in bad UTF-8", _POST + b"Content-Length: 4\r\n\r\n\xff\xfe\x80\x81"),
    Shape("chunk size in words", _CHUNKED + b"\r\nzz\r\n{}\r\n0\r\n\r\n"),
    Shape("chunk size negative", _CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n"),
    Shape("chunk size too large", _CHUNKED + b"\r\n" + b"f" * 40 + b"\r\n{}"),
    Shape("chunk size endless", _CHUNKED + b"\r\n" + b"0" * 300_000),
    Shape("chunk extension endless", _CHUNKED + b"\r\n2;" + b"a" * 300_000),
    Shape("chunk without end", _CHUNKED + b"\r\n2\r\n{}XX0\r\n\r\n"),
    Shape("chunks that stop", _CHUNKED + b"\r\n2\r\n{}\r\n"),
    Shape("trailer endless", _CHUNKED + b"\r\n0\r\nA: " + b"a" * 300_000),
    Shape(
        "chunked and length", _CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n" + _INNER
    ),
    Shape(
        "length and chunked",
        _POST
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        + _INNER,
    ),
    Shape(
        "two lengths",
        _POST + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + _INNER,
    ),
    Shape(
        "obscured chunked",
        _POST
        + b"Transfer-Encoding: \x0bchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
        + _INNER,
    ),
    Shape(
        "chunked twice",
        _POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + _INNER,
    ),
    Shape(
        "coding nobody knows",
        _POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + _INNER,
    ),
    Shape(
        "blank before the colon",
        _POST + b"Content-Length : 5\r\n\r\n0\r\n\r\n" + _INNER,
    ),
    Shape(
        "chunked in two fields",
        _CHUNKED
        + b"Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
        + _INNER,
    ),
    Shape(
        "chunked in HTTP/1.0",
        _CHUNKED.replace(b"1.1", b"1.0")
        + b"Content-Length: 5\r\n\r\n0\r\n\r\n"
        + _INNER,
    ),
    Shape(
        "folded chunked",
        _POST
        + b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
        + _INNER,
    ),
    Shape(
        "folded length",
        _POST + b"Content-Length:\r\n 5\r\n\r\n0\r\n\r\n" + _INNER,
    ),
    Shape(
        "one length twice",
        _POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + _INNER,
    ),
    Shape("list of lengths", _POST + b"Content-Length: 2, 40\r\n\r\n{}" + _INNER),
    Shape("length with a zero byte", _POST + b"Content-Length: 2\0\r\n\r\n{}" + _INNER),
    Shape(
        "length behind a lone line feed",
        _POST + b"A: b\nContent-Length: 40\r\n\r\n" + _INNER,
    ),
    Shape(
        "length behind a lone return",
        _POST + b"A: b\rContent-Length: 40\r\n\r\n" + _INNER,
    ),
    Shape("head that line feeds end", _GET + b"A: b\r\n\n" + _INNER),
    Shape("zero byte in a name", _GET + b"A\0b: c\r\n\r\n" + _INNER),
    Shape("chunk size in 0x", _CHUNKED + b"\r\n0x2\r\n{}\r\n0\r\n\r\n" + _INNER),
    Shape("chunk size with sign", _CHUNKED + b"\r\n+2\r\n{}\r\n0\r\n\r\n" + _INNER),
    Shape("chunk size with _", _CHUNKED + b"\r\n0_2\r\n{}\r\n0\r\n\r\n" + _INNER),
    Shape("chunk that a line feed ends", _CHUNKED + b"\r\n2\n{}\n0\r\n\r\n" + _INNER),
    Shape(
        "line feed in a chunk extension",
        _CHUNKED + b"\r\n2;a\nb\r\n{}\r\n0\r\n\r\n" + _INNER,
    ),
    Shape(
        "length in a trailer",
        _CHUNKED + b"\r\n0\r\nContent-Length: 40\r\n\r\n" + _INNER,
    ),
    Shape("chunk size of 63 bits", _CHUNKED + b"\r\n7fffffffffffffff\r\n{}"),
    Shape("chunk size of 64 bits", _CHUNKED + b"\r\nfffffffffffffffe\r\n{}"),
    Shape("chunks of one byte", _CHUNKED + b"\r\n" + b"1\r\n \r\n" * 50_000),
    Shape(
        "chunks over the limit",
        _CHUNKED + b"\r\n" + (b"4000\r\n%b\r\n" % bytes(16_384)) * 100,
    ),
    Shape(
        "chunk extensions endless",
        _CHUNKED + b"\r\n" + (b"1;" + b"a" * 1_000 + b"\r\n \r\n") * 1_000,
    ),
    Shape("trailers endless", _CHUNKED + b"\r\n0\r\n" + b"A: a\r\n" * 100_000),
    Shape(
        "absolute form",
        b"GET http://api.weixin.qq.com/cgi-bin/token HTTP/1.1\r\nHost: x\r\n\r\n",
    ),
    Shape(
        "absolute form of HTTPS",
        b"GET https://api.weixin.qq.com/cgi-bin/token HTTP/1.1\r\nHost: x\r\n\r\n",
    ),
    Shape(
        "CONNECT with a body",
        b"CONNECT api.weixin.qq.com:80 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
        + _INNER,
    ),
    Shape("CONNECT to itself", b"CONNECT api.weixin.qq.com:443 HTTP/1.1\r\n\r\n" * 50),
    HELLO,
    Shape("body of a GET", _GET + b"Content-Length: 9\r\n\r\nGET / HTT" + _INNER),
    Shape("fifty in one go", (_GET + b"\r\n") * 50),
    Shape(
        "upgrade",
        _GET
        + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        + b"HTTP2-Settings: AAMAAABk\r\n\r\n",
    ),
    Shape(
        "waits for 100", _POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}"
    ),
    Shape(
        "expects nonsense", _POST + b"Expect: wonders\r\nContent-Length: 2\r\n\r\n{}"
    ),
)

SMUGGLED = tuple(each for each in SHAPES if each.said.endswith(_INNER))
