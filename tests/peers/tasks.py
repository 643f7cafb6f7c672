"""A Python client that waits for tasks (fastmcp with its Tasks extension): it calls a tool once.

    tasks.py URL TOKEN TOOL ARGUMENTS

Says in one JSON line what it got: {"isError", "text"} or {"error"}.
"""

import asyncio
import json
import sys

import fastmcp_tasks.client  # noqa: F401 each Client declares the extension once this is there
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport


async def main(url, token, tool, arguments):
    transport = StreamableHttpTransport(url, headers={"authorization": "Bearer " + token})
    async with Client(transport) as client:
        try:
            got = await client.call_tool(tool, json.loads(arguments), raise_on_error=False)
            print(json.dumps({"isError": got.is_error, "text": "\n".join(block.text for block in got.content)}))
        except Exception as error:  # noqa: BLE001 the error is what was seen
            print(json.dumps({"error": str(error)}))


asyncio.run(main(*sys.argv[1:]))
