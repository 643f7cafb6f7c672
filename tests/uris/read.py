"""Reads URIs from standard input, one JSON string a line, as Python servers read them; prints for each a JSON list
of what comes out: paths of file URIs, URLs of others."""

import json
import posixpath
import sys
from urllib.parse import unquote, unquote_plus, urlparse, urlsplit
from urllib.request import Request, url2pathname

from pydantic import AnyUrl, FileUrl, TypeAdapter

URLS = [TypeAdapter(AnyUrl), TypeAdapter(FileUrl)]


def paths(path):
    for text in (path, unquote(path), unquote(unquote(path)), unquote_plus(path)):
        if text.startswith("/"):
            yield posixpath.normpath(text)
            yield posixpath.normpath("/" + text)


def of_file(uri):
    yield from paths(urlsplit(uri).path)
    yield from paths(urlparse(uri).path)
    yield posixpath.normpath("/" + url2pathname(urlparse(uri).path))
    if uri.startswith("file://"):
        yield from paths("/" + uri[7:])


def of_url(uri):
    parts = urlsplit(uri)
    if not parts.hostname:
        return
    port = parts.port
    host = parts.hostname + ("" if port is None else f":{port}")
    path = parts.path or "/"
    for text in (path, unquote(path), posixpath.normpath(path), posixpath.normpath(unquote(path))):
        if text.startswith("/"):
            yield f"{parts.scheme}://{host}{text}"


def read(uri):
    found = set()
    spellings = [uri]
    for url in URLS:
        try:
            spelling = str(url.validate_python(uri))
            spellings.append(spelling)
            found.add(spelling)
        except ValueError:
            pass
    for spelling in spellings:
        try:
            scheme = urlsplit(spelling).scheme
            found.update(of_file(spelling) if scheme == "file" else of_url(spelling))
            opened = Request(spelling)
            if opened.type == "file":
                found.add(posixpath.normpath("/" + url2pathname(opened.selector)))
        except ValueError:
            pass
    return sorted(found)


for line in sys.stdin:
    print(json.dumps(read(json.loads(line))))
