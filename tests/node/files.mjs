/*
 * An MCP server of files, with the npm sdk 1.x, that is as generous as real ones together: it reads a
 * URI with the URL Standard, the older url.parse, and by cutting off the scheme, and answers with the
 * first file that is there.
 *
 *   node files.mjs PORT
 */
import fs from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import url from 'node:url';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ReadResourceRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const decoded = text => decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));

const readers = [
  uri => url.fileURLToPath(new URL(uri)),
  uri => path.resolve('/', decoded(url.fileURLToPath(new URL(uri)))),
  uri => decoded(url.parse(uri).pathname),
  uri => path.resolve('/', decoded(uri.replace(/^file:\/*(localhost)?/i, ''))),
  uri => path.resolve('/', unescape(unescape(uri.replace(/^file:\/*/, '')))),
];

function read(uri) {
  for (const reader of readers) {
    try {
      return fs.readFileSync(reader(uri), 'utf8');
    } catch {
      // Not a file for this reader.
    }
  }
  throw new Error('no such resource');
}

function mcp() {
  const server = new Server({ name: 'files', version: '1.0.0' }, { capabilities: { resources: {} } });
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => ({
    contents: [{ uri, text: read(uri) }],
  }));
  return server;
}

const http = createServer(async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  await mcp().connect(transport);
  await transport.handleRequest(request, response);
});
http.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
