"""A server of FastMCP's on 127.0.0.1: structured results, a tool that fails, a resource, a prompt.

    server.py PORT
"""

import sys

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError

server = FastMCP("weather")


@server.tool
def forecast(city: str, days: int = 2) -> list[dict]:
    """What the weather will be."""
    return [{"city": city, "day": day, "degrees": 10.5 + day} for day in range(days)]


@server.tool
def sum_of(numbers: list[float]) -> float:
    """Adds numbers."""
    return sum(numbers)


@server.tool
def broken() -> str:
    """Always fails."""
    raise ToolError("the sensor is broken: no reading since “yesterday”")


@server.resource("weather://stations")
def stations() -> str:
    """Where the weather is measured."""
    return "Zürich, Genève, 東京"


@server.prompt
def ask(city: str) -> str:
    """Asks for the weather."""
    return f"What is the weather in {city}?"


server.run(transport="http", host="127.0.0.1", port=int(sys.argv[1]), show_banner=False)
