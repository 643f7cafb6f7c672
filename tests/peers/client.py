"""What the Python SDK sees of a server in its default mode, one JSON line a step.

    client.py URL CALLS [TOKEN-FILE]

CALLS is a JSON file: [["tool", {…}], …]. What a step raises is its line; only what the SDK could not do at all ends the run.
"""

import asyncio
import json
import sys

import httpx2 as httpx
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


def say(step, value):
    print(json.dumps({"step": step, "saw": value}, sort_keys=True, ensure_ascii=False), flush=True)


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def tried(step, call):
    try:
        say(step, plain(await call))
    except Exception as error:  # noqa: BLE001 the error is what was seen
        say(step, {"error": str(error)})


async def main(url, calls, token=None):
    headers = {"authorization": "Bearer " + open(token).read().strip()} if token else {}
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http)) as client:
            say("protocol", client.protocol_version)
            await tried("tools", client.list_tools())
            await tried("resources", client.list_resources())
            await tried("prompts", client.list_prompts())
            for tool, arguments in json.loads(open(calls, encoding="utf-8").read()):
                await tried(tool, client.call_tool(tool, arguments))


asyncio.run(main(*sys.argv[1:]))
