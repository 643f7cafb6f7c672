/*
 * Reads resources of an MCP server with the npm sdk 1.x, and writes one JSON line a URI: {"uri", "text"} or
 * {"uri", "error"}.
 *
 *   node read.mjs URL FILE     FILE: one URI a line, as a JSON string
 */
import fs from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [url, file] = process.argv.slice(2);
const client = new Client({ name: 'tabellion-read', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
for (const line of fs.readFileSync(file, 'utf8').trim().split('\n')) {
  const uri = JSON.parse(line);
  const said = await client.readResource({ uri }).then(
    ({ contents }) => ({ uri, text: contents[0].text }),
    error => ({ uri, error: error.message }),
  );
  console.log(JSON.stringify(said));
}
await client.close();
process.exit(0);
