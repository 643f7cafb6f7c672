/*
 * Drives an MCP server, directly or through the proxy, with the TypeScript clients in use, and writes
 * one JSON line a step: {"client", "step", "ok", …what came back…, "http": [what the POSTs were
 * answered with]}. Exits with 1 when any step is not ok.
 *
 *   node clients.mjs URL --kind fixture|everything [--client NAME]... [--token TOKEN]
 *        [--expect-blocked TOOL[=ARGUMENTS]]... [--timeout MS]
 *
 * Clients: sdk1 (npm sdk 1.x, sessions), legacy (npm client 2.x, sessions), pinned (2026-07-28 only)
 * and auto (asks the server and falls back to sessions); without --client all that the kind can serve.
 * A tool that is expected to be blocked must answer isError with a text that begins with
 * "BLOCKED BY POLICY"; ARGUMENTS is JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as SessionClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as SessionTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CallToolResultSchema,
  ElicitRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';

const MODERN = '2026-07-28';
const BLOCKED = 'BLOCKED BY POLICY';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kind: { type: 'string' },
    client: { type: 'string', multiple: true },
    token: { type: 'string' },
    'expect-blocked': { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string', default: '20000' },
  },
});

const hasAll = (found, wanted) => wanted.every(one => found.includes(one));

/** What each kind of server offers; `passes` sees what the step prints. */
const KINDS = {
  fixture: {
    clients: { sdk1: '2025-11-25', legacy: '2025-11-25', pinned: MODERN, auto: MODERN },
    tools: ['test_simple_text', 'get_customer', 'delete_customer'],
    calls: [
      {
        step: 'call',
        tool: 'get_customer',
        arguments: { id: 'C1' },
        passes: got => got.structured?.id === 'C1',
      },
      {
        step: 'header',
        tool: 'test_custom_headers',
        arguments: { region: 'Zürich' },
        passes: got => got.text === 'Region: Zürich',
      },
      {
        step: 'elicit',
        tool: 'test_input_required_result_multi_round',
        arguments: {},
        passes: got => got.text === 'Ada likes blue' && got.asked === 2,
      },
    ],
    progress: { tool: 'test_tool_with_progress', arguments: {}, values: [0, 50, 100] },
    change: 'test_trigger_tool_change',
    example: { delete_customer: { id: 'C1' } },
  },
  everything: {
    clients: { sdk1: '2025-11-25', legacy: '2025-11-25', auto: '2025-11-25' },
    tools: ['echo', 'get-sum', 'get-structured-content', 'trigger-long-running-operation'],
    calls: [
      {
        step: 'call',
        tool: 'get-sum',
        arguments: { a: 2, b: 3 },
        passes: got => got.text.includes('5'),
      },
      {
        step: 'structured',
        tool: 'get-structured-content',
        arguments: { location: 'New York' },
        passes: got => got.structured !== undefined,
      },
    ],
    progress: {
      tool: 'trigger-long-running-operation',
      arguments: { duration: 1, steps: 3 },
      values: [1, 2, 3],
    },
    example: { echo: { message: 'hello' }, 'get-env': {} },
  },
};

const [url] = positionals;
const kind = KINDS[options.kind];
if (!url || !kind) {
  console.error(
    'usage: clients.mjs URL --kind fixture|everything [--client NAME]... [--token TOKEN]',
  );
  console.error('           [--expect-blocked TOOL[=ARGUMENTS]]... [--timeout MS]');
  process.exit(2);
}
const timeout = Number(options.timeout);
let failed = false;

/** Every client presents the same few methods, so that the steps below are written once. */
class Driver {
  constructor(name) {
    this.name = name;
    this.posts = [];
    this.others = [];
    this.asked = 0;
    this.changes = 0;
    const init = {
      requestInit: { headers: options.token ? { authorization: `Bearer ${options.token}` } : {} },
      fetch: (input, given) => this.#fetch(input, given),
    };
    const identity = { name: `tabellion-${name}`, version: '1.0.0' };
    const capabilities = { elicitation: {} };
    const elicit = request => this.#elicit(request);
    const changed = () => void this.changes++;
    if (name === 'sdk1') {
      this.client = new SessionClient(identity, { capabilities });
      this.transport = new SessionTransport(new URL(url), init);
      this.client.setRequestHandler(ElicitRequestSchema, elicit);
      this.client.setNotificationHandler(ToolListChangedNotificationSchema, changed);
    } else {
      const mode = { legacy: 'legacy', pinned: { pin: MODERN }, auto: 'auto' }[name];
      this.client = new Client(identity, { capabilities, versionNegotiation: { mode } });
      this.transport = new StreamableHTTPClientTransport(new URL(url), init);
      this.client.setRequestHandler('elicitation/create', elicit);
      this.client.setNotificationHandler('notifications/tools/list_changed', changed);
    }
  }

  async connect() {
    await this.client.connect(this.transport, { timeout });
    this.protocol = this.transport.protocolVersion ?? this.client.getNegotiatedProtocolVersion?.();
    return { protocol: this.protocol, server: this.client.getServerVersion()?.name };
  }

  async tools() {
    const names = [];
    let cursor;
    do {
      const page = await this.client.listTools(cursor ? { cursor } : {}, { timeout });
      names.push(...page.tools.map(tool => tool.name));
      cursor = page.nextCursor;
    } while (cursor);
    return { names };
  }

  /** Calls a tool; what comes back is flat, so that a test can assert on it by name. */
  async call(tool, args, onprogress) {
    const params = { name: tool, arguments: args };
    const given = { timeout, onprogress };
    const result = await (this.name === 'sdk1'
      ? this.client.callTool(params, CallToolResultSchema, given)
      : this.client.callTool(params, given));
    return {
      tool,
      isError: result.isError ?? false,
      text: result.content.map(block => block.text ?? `(${block.type})`).join('\n'),
      ...(result.structuredContent !== undefined && { structured: result.structuredContent }),
      ...(result._meta && { meta: result._meta }),
    };
  }

  async close() {
    if (this.transport.sessionId) await this.transport.terminateSession();
    await this.client.close();
    return { others: this.others };
  }

  async #fetch(input, given) {
    const response = await fetch(input, given);
    const seen = { status: response.status, type: response.headers.get('content-type') };
    const method = given?.method ?? 'GET';
    if (method === 'POST') this.posts.push(seen);
    else this.others.push({ method, ...seen });
    return response;
  }

  #elicit({ params }) {
    this.asked++;
    const known = { name: 'Ada', color: 'blue' };
    const content = {};
    for (const key of Object.keys(params.requestedSchema.properties)) content[key] = known[key];
    return { action: 'accept', content };
  }
}

/** Runs one step and prints its line; an exception is a failed step. */
async function step(driver, name, run, passes) {
  driver.posts = [];
  let got;
  let ok = false;
  try {
    got = await run();
    ok = passes(got);
  } catch (error) {
    got = { error: error.message, code: error.code };
  }
  failed ||= !ok;
  console.log(JSON.stringify({ client: driver.name, step: name, ok, ...got, http: driver.posts }));
  return ok;
}

function blockedTool(expected) {
  const [tool, ...rest] = expected.split('=');
  return { tool, args: rest.length ? JSON.parse(rest.join('=')) : (kind.example[tool] ?? {}) };
}

async function until(condition) {
  for (const end = Date.now() + timeout; !condition() && Date.now() < end;) await sleep(20);
  return condition();
}

async function drive(name) {
  const driver = new Driver(name);
  const connected = await step(
    driver,
    'connect',
    () => driver.connect(),
    got => got.protocol === kind.clients[name],
  );
  if (!connected) return;
  const blocked = options['expect-blocked'].map(blockedTool);
  // The proxy may take a tool that it blocks out of the list.
  const listed = kind.tools.filter(tool => !blocked.some(one => one.tool === tool));
  await step(
    driver,
    'tools',
    () => driver.tools(),
    got => hasAll(got.names, listed),
  );

  for (const call of kind.calls) {
    driver.asked = 0;
    await step(
      driver,
      call.step,
      async () => ({ ...(await driver.call(call.tool, call.arguments)), asked: driver.asked }),
      got => !got.isError && call.passes(got),
    );
  }

  const { progress } = kind;
  await step(
    driver,
    'progress',
    async () => {
      const seen = [];
      const got = await driver.call(progress.tool, progress.arguments, one =>
        seen.push(one.progress),
      );
      return { ...got, progress: seen };
    },
    got => !got.isError && JSON.stringify(got.progress) === JSON.stringify(progress.values),
  );

  // In the session era the change is told on the stream that the client opened with GET.
  if (kind.change && driver.protocol !== MODERN) {
    await until(() => driver.others.some(one => one.method === 'GET'));
    await step(
      driver,
      'notification',
      async () => {
        const got = await driver.call(kind.change, {});
        await until(() => driver.changes > 0);
        return { ...got, changes: driver.changes };
      },
      got => got.changes > 0,
    );
  }

  for (const { tool, args } of blocked) {
    await step(
      driver,
      'blocked',
      () => driver.call(tool, args),
      got => got.isError && got.text.startsWith(BLOCKED),
    );
  }
  await step(
    driver,
    'close',
    () => driver.close(),
    () => true,
  );
}

for (const name of options.client ?? Object.keys(kind.clients)) {
  if (!kind.clients[name]) {
    console.error(
      `clients: ${name}: cannot talk to ${options.kind} (expected: ${Object.keys(kind.clients).join(', ')})`,
    );
    process.exit(2);
  }
  await drive(name);
}
process.exit(failed ? 1 : 0);
