"""Prints URIs, one JSON string a line: a few good ones, changed at random in ways that parsers see
differently. Usage: mutate.py COUNT SEED"""

import json
import random
import sys

BASES = [
    "file:///tmp/pub/a.txt",
    "file:///tmp/pub/../secret/key",
    "file:///tmp/pub/%2e%2e/secret/key",
    "file:///tmp/secret/key",
    "file://localhost/tmp/secret/key",
    "file:/tmp/secret/key",
    "file:////tmp/secret/key",
    "file:///tmp//secret///key",
    "file:///tmp/pub/x/..%2f..%2fsecret/key",
    "file:///C:/tmp/secret/key",
    "file:///C:/pub/../../tmp/secret/key",
    "URL:file:///tmp/secret/key",
    "https://wiki.example/docs/a",
    "https://wiki.example/docs/../admin/x",
    "https://wiki.example/admin/x",
    "https:/wiki.example/admin/x",
    "https:wiki.example/admin/x",
    "https://user:pw@wiki.example:443/admin/x",
    "https://127.0.0.1/admin/x",
    "https://b\u00fccher.example/admin/x",
    "docs://pub/a",
    "docs://pub/../secret/key",
    "docs://secret/key",
    "docs:///secret/key",
]
PIECES = [
    "\t", "\n", "\r", " ", "\x01", "\u00a0", "\ufeff", "\u200d", "\u00ad",
    "%", "%zz", "%2", "%00", "%09", "%0A", "%20", "%25", "%2e", "%2E", "%2f", "%5c", "%23", "%3f",
    "%252e", "%252f", "%u002e", "%C0%AE", "%E0%80%AF", "%FF", "%c3%bc", "\u00fc", "u\u0308",
    "/", "//", "\\", ".", "..", "/../", "/./", "\\..\\", "/%2e%2e/", "/.%2e/", "/.\t./", "/..;/", "/..;x=1/",
    ";", ";a", ";a=b", "?", "?x", "#", "#x", "?/../x", "#/../x", "+", "@", "a@", ":", ":443", ":80", ":0443", "::$DATA",
    "\uff0e", "\u3002", "\uff0f", "\uff41", "\u00df", "|", "^", "{x}", "[", "]", "*", "~", "'", "\"", "<",
]  # fmt: skip
SWAPS = [
    (".", ["%2e", "%2E", "%252e", ".\t", "\uff0e", "\u3002", "%u002e", ".\n", "\r.", "%C0%AE", ".\u200d"]),
    ("/", ["%2f", "\\", "//", "%5c", "/./", "%252f", "\uff0f", "/\t", "/;a/", "/x/../"]),
    ("tmp", ["TMP", "t%6dp", "t%256dp", "\uff54mp", "t\tmp", "tm\u200dp"]),
    ("secret", ["Secret", "%73ecret", "%2573ecret", "secre\tt", "\uff53ecret", "secret.", "secret%20"]),
    ("admin", ["Admin", "%61dmin", "%2561dmin", "ad\nmin", "admi\u00adn"]),
    ("wiki.example", ["WIKI.example", "wiki.example.", "wiki%2eexample", "wi\u00adki.example", "\uff57iki.example",
                      "wiki.example:443", "wiki.example:0443", "x@wiki.example", "wiki\uff0eexample", "wiki.exa\tmple"]),
    ("127.0.0.1", ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "\uff11\uff12\uff17.0.0.1", "127.0.0.1."]),
    ("https", ["HTTPS", "hTtps", "https\t", "http"]),
    ("file", ["FILE", "File", "fi\nle"]),
    ("//", ["/", "", "///", "\\\\", "/\\", "/\t/", "//localhost/", "//127.0.0.1/", "//evil/", "//./"]),
]  # fmt: skip


def swapped(uri, random_):
    old, new = random_.choice(SWAPS)
    places = [i for i in range(len(uri)) if uri.startswith(old, i)]
    if not places:
        return uri
    at = random_.choice(places)
    return uri[:at] + random_.choice(new) + uri[at + len(old) :]


def pieced(uri, random_):
    at = random_.randint(0, len(uri))
    return uri[:at] + random_.choice(PIECES) + uri[at:]


def uris(count, seed):
    random_ = random.Random(seed)
    found = dict.fromkeys(BASES)
    while len(found) < count:
        uri = random_.choice(BASES)
        for _ in range(random_.choice([1, 1, 1, 2, 2, 3])):
            uri = random_.choice([swapped, pieced])(uri, random_)
        found[uri] = None
    return list(found)[:count]


if __name__ == "__main__":
    for each in uris(int(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps(each))
