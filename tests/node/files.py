"""An MCP server of files with nothing but Python's standard library. It reads a URI with urlopen, with urlparse and
with the scheme cut off, and answers with the first file that is there.

python3 files.py PORT"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname, urlopen

READERS = [
    lambda uri: urlopen(uri).read().decode(),
    lambda uri: Path(url2pathname(urlparse(uri).path)).read_text(),
    lambda uri: Path(unquote(unquote(urlparse(uri).path))).read_text(),
    lambda uri: Path(unquote(uri.removeprefix("file://"))).read_text(),
]


def read(uri):
    if not uri.lstrip().lower().startswith(("file:", "url:file:")):
        raise ValueError(uri)
    for reader in READERS:
        try:
            return reader(uri)
        except (OSError, ValueError):
            pass
    raise ValueError(uri)


def answer(method, params):
    if method == "initialize":
        info = {"name": "files", "version": "1"}
        return {"protocolVersion": "2025-11-25", "capabilities": {"resources": {}}, "serverInfo": info}
    return {"contents": [{"uri": params["uri"], "text": read(params["uri"])}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = json.loads(self.body())
        if "id" not in message:
            self.reply(202, b"")
            return
        said = {"jsonrpc": "2.0", "id": message["id"]}
        try:
            said["result"] = answer(message["method"], message.get("params", {}))
        except ValueError:
            said["error"] = {"code": -32002, "message": "no such resource"}
        self.reply(200, json.dumps(said).encode())

    def do_GET(self):
        self.reply(405, b"")

    def body(self):
        """Whole, or in chunks (RFC 9112, 7.1), as Envoy sends what was read on the way."""
        if "content-length" in self.headers:
            return self.rfile.read(int(self.headers["content-length"]))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("ready", flush=True)
server.serve_forever()
