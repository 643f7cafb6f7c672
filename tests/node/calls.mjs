/*
 * A TypeScript client with its default timeouts, which calls tools as it is told: one JSON line in, one JSON line out.
 *
 *   node calls.mjs URL TOKEN MODE
 *
 * MODE is "legacy" (sessions, the client's default) or "auto" (it asks the server, and takes 2026-07-28 where it can).
 * In: {"tool": NAME, "args": {…}}. Out: first {"protocol": …}, then for each call {"isError", "text"} or {"error"}.
 */
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const [url, token, mode] = process.argv.slice(2);
const say = value => console.log(JSON.stringify(value));

const client = new Client(
  { name: 'tabellion-calls', version: '1.0.0' },
  { versionNegotiation: { mode } },
);
const transport = new StreamableHTTPClientTransport(new URL(url), {
  requestInit: { headers: { authorization: `Bearer ${token}` } },
});
await client.connect(transport);
say({ protocol: client.getNegotiatedProtocolVersion?.() ?? transport.protocolVersion });

for await (const line of createInterface({ input: process.stdin })) {
  const { tool, args } = JSON.parse(line);
  try {
    const got = await client.callTool({ name: tool, arguments: args });
    say({ isError: got.isError ?? false, text: got.content.map(block => block.text).join('\n') });
  } catch (error) {
    say({ error: error.message });
  }
}
await client.close();
