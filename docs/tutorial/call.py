"""Calls one tool through Envoy, as alice: call.py TOOL ARGUMENTS, e.g. call.py find_customer '{"id": 7}'."""

import asyncio
import json
import sys
from pathlib import Path

from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

URL = "http://127.0.0.1:10000/shop/mcp"
TOKEN = (Path(__file__).parent / "alice.jwt").read_text()


async def main(tool, arguments):
    async with create_mcp_http_client(headers={"Authorization": "Bearer " + TOKEN}) as http:
        async with Client(streamable_http_client(URL, http_client=http)) as client:
            print("tools:", *[found.name for found in (await client.list_tools()).tools])
            answer = await client.call_tool(tool, arguments)
            print(*[block.text for block in answer.content], sep="\n")


asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
