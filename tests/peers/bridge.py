"""Serves an MCP server that speaks over stdio as streamable HTTP on 127.0.0.1, by FastMCP's proxy.

    bridge.py PORT COMMAND [ARGUMENT …]
"""

import sys

from fastmcp.client.transports import StdioTransport
from fastmcp.server import create_proxy

port, command, *arguments = sys.argv[1:]
create_proxy(StdioTransport(command, arguments), name="bridge").run(
    transport="http", host="127.0.0.1", port=int(port), show_banner=False
)
