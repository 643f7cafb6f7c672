from mcp.server import MCPServer

mcp = MCPServer("shop")

CUSTOMERS = {7: {"name": "Ada Lovelace", "email": "ada@example.org", "plan": "team"}}


@mcp.tool()
def find_customer(id: int) -> dict:
    """Find a customer by id."""
    return CUSTOMERS[id]


@mcp.tool()
def refund_order(order: str, amount: float) -> str:
    """Refund an order."""
    return f"{order}: refunded {amount}"


@mcp.tool()
def delete_customer(id: int) -> str:
    """Delete a customer."""
    return f"deleted {CUSTOMERS.pop(id)['name']}"


mcp.run(transport="streamable-http", host="127.0.0.1", port=9100)
