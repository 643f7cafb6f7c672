/*
 * Calls tools of an MCP server with the npm sdk 1.x, which validates structured content against the
 * tool's outputSchema, and writes one JSON line a tool: {"tool", "text", "structured"}, first of all
 * one with the definitions: {"tools"}. Exits with 1 when a call fails.
 *
 *   node masked.mjs URL TOOL...
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [url, ...tools] = process.argv.slice(2);
const client = new Client({ name: 'tabellion-masked', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
console.log(JSON.stringify({ tools: (await client.listTools()).tools }));
for (const name of tools) {
  const result = await client.callTool({ name, arguments: {} });
  const text = result.content.map(block => block.text ?? '').join('\n');
  console.log(JSON.stringify({ tool: name, text, structured: result.structuredContent }));
}
await client.close();
process.exit(0);
