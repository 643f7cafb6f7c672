/*
 * What a TypeScript SDK sees of a server in its default mode, one JSON line a step, as tests/peers/client.py does.
 *
 *   node peer.mjs sdk1|client URL CALLS [TOKEN-FILE]
 *
 * sdk1 is @modelcontextprotocol/sdk 1.x, client is @modelcontextprotocol/client 2.x. CALLS is a JSON file: [["tool", {…}], …].
 */
import { readFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as SessionClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as SessionTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [which, url, calls, token] = process.argv.slice(2);
const sdks = { sdk1: [SessionClient, SessionTransport], client: [Client, StreamableHTTPClientTransport] };
const [OfClient, OfTransport] = sdks[which];

/** The same object whatever the order in which its members came. */
const sorted = value =>
  Array.isArray(value)
    ? value.map(sorted)
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]))
      : value;
const say = (step, saw) => console.log(JSON.stringify(sorted({ step, saw })));

async function tried(step, call) {
  try {
    say(step, await call());
  } catch (error) {
    say(step, { error: error.message });
  }
}

const client = new OfClient({ name: `peer-${which}`, version: '1.0.0' });
const headers = token ? { authorization: `Bearer ${readFileSync(token, 'utf8').trim()}` } : {};
const transport = new OfTransport(new URL(url), { requestInit: { headers } });
await client.connect(transport);
say('protocol', transport.protocolVersion ?? client.getNegotiatedProtocolVersion());
await tried('tools', () => client.listTools());
await tried('resources', () => client.listResources());
await tried('prompts', () => client.listPrompts());
for (const [name, args] of JSON.parse(readFileSync(calls, 'utf8'))) {
  await tried(name, () => client.callTool({ name, arguments: args }));
}
await client.close();
