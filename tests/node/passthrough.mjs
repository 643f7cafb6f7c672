/*
 * A proxy that changes nothing, to check the comparison, and that can tamper, to check that the
 * comparison notices. Writes one JSON line an exchange to LOG, from which wire.py counts.
 *
 *   node passthrough.mjs --port N --to PORT [--log LOG] [--tamper HOW]
 *
 * HOW: drop a progress event; mask a prompt's argument; status 400 instead of 404; buffer whole
 * answers; origin, which makes the host local and takes the origin away. Port 0 is any free one.
 */
import { createWriteStream } from 'node:fs';
import { createServer, request as connect } from 'node:http';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string' },
    to: { type: 'string' },
    log: { type: 'string', default: '/dev/null' },
    tamper: { type: 'string', default: 'nothing' },
  },
});
const { tamper } = options;
const log = createWriteStream(options.log);

const proxy = createServer((inbound, answer) => {
  const started = Date.now();
  const sent = [];
  const got = [];
  let end = 'client gone';
  const headers = { ...inbound.headers };
  if (tamper === 'origin') {
    headers.host = `localhost:${options.to}`;
    delete headers.origin;
  }

  const outbound = connect(
    { port: options.to, host: '127.0.0.1', method: inbound.method, path: inbound.url, headers },
    response => {
      const chunks = [];
      const status = tamper === 'status' && response.statusCode === 404 ? 400 : response.statusCode;
      answer.writeHead(status, response.headers);
      // Headers of an event stream must not wait for the first event.
      answer.flushHeaders();
      response.on('data', chunk => {
        got.push(chunk);
        const changed =
          tamper === 'mask'
            ? Buffer.from(chunk.toString().replaceAll('testValue1', 'xxxxValue1'))
            : chunk;
        if (tamper === 'drop' && chunk.includes('"progress":50')) return;
        if (tamper === 'buffer') chunks.push(changed);
        else answer.write(changed);
      });
      response.on('end', () => {
        end = 'complete';
        answer.end(Buffer.concat(chunks));
      });
      response.on('error', () => {
        end = 'server gone';
        answer.destroy();
      });
      answer.on('close', () => {
        response.destroy();
        log.write(
          JSON.stringify({
            method: inbound.method,
            path: inbound.url,
            headers: inbound.headers,
            body: Buffer.concat(sent).toString(),
            status: response.statusCode,
            responseHeaders: response.headers,
            responseBody: Buffer.concat(got).toString(),
            chunks: got.length,
            end,
            ms: Date.now() - started,
          }) + '\n',
        );
      });
    },
  );
  outbound.on('error', () => answer.destroy());
  answer.on('close', () => outbound.destroy());
  inbound.on('data', chunk => sent.push(chunk));
  inbound.pipe(outbound);
});
proxy.listen(Number(options.port), '127.0.0.1', () =>
  console.log(`passthrough ready on http://127.0.0.1:${proxy.address().port}/mcp (${tamper})`),
);
