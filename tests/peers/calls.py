"""The Python SDK with its default timeouts, which calls tools as it is told: one JSON line in, one JSON line out.

    calls.py URL TOKEN

In: {"tool": NAME, "args": {…}}. Out: first {"protocol": …}, then for each call {"isError", "text"} or {"error"}.
"""

import asyncio
import json
import sys

from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client  # the SDK's own timeouts, with a token


def say(value):
    print(json.dumps(value), flush=True)


async def main(url, token):
    async with create_mcp_http_client(headers={"authorization": "Bearer " + token}) as http:
        async with Client(streamable_http_client(url, http_client=http)) as client:
            say({"protocol": client.protocol_version})
            while line := await asyncio.to_thread(sys.stdin.readline):
                asked = json.loads(line)
                try:
                    got = await client.call_tool(asked["tool"], asked["args"])
                    say({"isError": bool(got.is_error), "text": "\n".join(block.text for block in got.content)})
                except Exception as error:  # noqa: BLE001 the error is what was seen
                    say({"error": str(error)})


asyncio.run(main(*sys.argv[1:]))
