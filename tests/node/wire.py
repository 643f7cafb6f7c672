#!/usr/bin/env python3
"""Makes the tables of WIRE.md from the log of passthrough.mjs.

    wire.py LOG

Counts what was on the wire, so that two logs (before and behind a proxy, or of two versions of the
suite) can be compared with diff. Prints Markdown; nothing in it depends on time or random ids.
"""

import collections
import json
import re
import sys


def events(stream):
    """The events of a stream as lists of (field, value); comments have the field ''."""
    for block in re.split(r"\r?\n\r?\n", stream):
        lines = [line.partition(":") for line in block.splitlines() if line]
        if lines:
            yield [(field, value.removeprefix(" ")) for field, _, value in lines]


def messages(exchange):
    """The JSON-RPC messages of a response."""
    kind = exchange["responseHeaders"].get("content-type", "")
    if kind.startswith("application/json"):
        return [json.loads(exchange["responseBody"])]
    if not kind.startswith("text/event-stream"):
        return []
    joined = ("\n".join(v for f, v in event if f == "data") for event in events(exchange["responseBody"]))
    return [json.loads(data) for data in joined if data]


def id_type(message):
    return {int: "number", str: "string", type(None): "null"}[type(message["id"])] if "id" in message else "-"


def kind_of(message):
    if "method" in message:
        return ("request" if "id" in message else "notification"), message["method"]
    if "error" in message:
        return "error", f"{message['error']['code']}"
    result = message["result"]
    return "result", " ".join(filter(None, [result.get("resultType", "-"), "isError" if result.get("isError") else ""]))


def table(title, columns, counted):
    print(f"\n### {title}\n")
    print("| n | " + " | ".join(columns) + " |")
    print("|---:|" + "---|" * len(columns))
    for row, times in sorted(counted.items(), key=lambda item: tuple(map(str, item[0]))):
        print(f"| {times} | " + " | ".join(str(cell) for cell in row) + " |")


def main():
    with open(sys.argv[1], encoding="utf-8") as log:
        exchanges = [json.loads(line) for line in log]
    http, sent, received, errors, fields, names = (collections.Counter() for _ in range(6))
    for exchange in exchanges:
        headers, answer = exchange["headers"], exchange["responseHeaders"]
        body = "empty body" if not exchange["responseBody"] else "body"
        http[exchange["method"], exchange["status"], answer.get("content-type", "-"), body, exchange["end"]] += 1
        for side, given in (("request", headers), ("response", answer)):
            for name in given:
                names[side, name] += 1
        if exchange["body"]:
            message = json.loads(exchange["body"])
            sent[(*kind_of(message), id_type(message), headers.get("mcp-protocol-version", "-"))] += 1
        carrier = f"{exchange['method']} {answer.get('content-type', '-')}"
        for message in messages(exchange):
            received[(*kind_of(message), id_type(message), carrier)] += 1
            if "error" in message:
                error = message["error"]
                data = ", ".join(error["data"]) if isinstance(error.get("data"), dict) else "-"
                errors[exchange["status"], error["code"], id_type(message), data] += 1
        if answer.get("content-type", "").startswith("text/event-stream"):
            for event in events(exchange["responseBody"]):
                shape = ", ".join(f"{field or 'comment'}{'' if value else ' (empty)'}" for field, value in event)
                fields[exchange["method"], shape] += 1

    print(f"{len(exchanges)} exchanges; largest request {max(len(e['body']) for e in exchanges)} bytes,"
          f" largest response {max(len(e['responseBody']) for e in exchanges)} bytes.")
    table("HTTP", ["method", "status", "content type", "response", "ended"], http)
    table("Client to server", ["kind", "method, code or resultType", "id", "MCP-Protocol-Version"], sent)
    table("Server to client", ["kind", "method, code or resultType", "id", "carried by"], received)
    table("Errors", ["HTTP status", "code", "id", "members of data"], errors)
    table("Events, by their fields in order", ["method", "fields"], fields)
    table("Header names", ["side", "name"], names)


if __name__ == "__main__":
    main()
