/*
 * The MCP server that the conformance suite is run against, directly and through the proxy.
 *
 * One endpoint, /mcp, serves both eras: sessions up to 2025-11-25 (with resumable streams) and the
 * stateless 2026-07-28. The test_* tools, prompts and resources are the ones the suite documents in
 * `conformance list`; get_customer, find_customers and delete_customer are ours and have something
 * to mask and to block.
 *
 *   node fixture-server.mjs [--port N] [--json]     port also from PORT; 0 = any free one
 *
 * --json answers session-era requests as application/json instead of an event stream (notifications
 * that belong to a request are then lost, as the SDK does it).
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import {
  McpServer,
  ResourceTemplate,
  WebStandardStreamableHTTPServerTransport,
  acceptedContent,
  completable,
  createMcpHandler,
  fromJsonSchema,
  inputRequired,
  inputResponse,
  isLegacyRequest,
} from '@modelcontextprotocol/server';
import * as z from 'zod';

const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** A red pixel as PNG, and a WAV file without samples. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.PORT ?? '3103' },
    json: { type: 'boolean', default: false },
  },
});

const text = value => ({ content: [{ type: 'text', text: value }] });
const user = content => ({ role: 'user', content });
const object = (properties, required) => ({ type: 'object', properties, required });

/** Request states are signed: `<base64url payload>.<base64url mac>`. */
const stateKey = randomBytes(32);

function mac(payload) {
  return createHmac('sha256', stateKey).update(payload).digest();
}

function sealState(value) {
  const payload = Buffer.from(JSON.stringify({ ...value, nonce: randomUUID() })).toString(
    'base64url',
  );
  return `${payload}.${mac(payload).toString('base64url')}`;
}

function openState(state) {
  const [payload, signature, ...rest] = state.split('.');
  const given = Buffer.from(signature ?? '', 'base64url');
  const expected = mac(payload);
  const canonical = given.toString('base64url') === signature;
  if (
    rest.length ||
    !canonical ||
    given.length !== expected.length ||
    !timingSafeEqual(given, expected)
  ) {
    throw new Error('request state: not signed by this server');
  }
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

/** Questions to the client; the SDK sends them as requests of their own in the session era. */
const ASK_NAME = {
  message: 'What is your name?',
  requestedSchema: object({ name: { type: 'string' } }, ['name']),
};
const ASK_CONFIRMATION = {
  message: 'Please confirm',
  requestedSchema: object({ ok: { type: 'boolean' } }, ['ok']),
};

const sampling = (prompt, maxTokens) =>
  inputRequired.createMessage({ messages: [user({ type: 'text', text: prompt })], maxTokens });

const answer = (ctx, key) => inputResponse(ctx.mcpReq.inputResponses, key);

/** The accepted form content for a key, or undefined when it is missing or of the wrong type. */
const accepted = (ctx, key, shape) =>
  acceptedContent(ctx.mcpReq.inputResponses, key, z.object(shape));

/** A tool that asks one form question and reports what came back. */
function elicitingTool(server, name, description, inputSchema, question) {
  server.registerTool(name, { description, inputSchema: z.object(inputSchema) }, (args, ctx) => {
    const given = answer(ctx, 'form');
    if (given.kind !== 'elicit') {
      return inputRequired({ inputRequests: { form: inputRequired.elicit(question(args)) } });
    }
    return text(
      `Elicitation completed: action=${given.action}, content=${JSON.stringify(given.content ?? {})}`,
    );
  });
}

function registerContentTools(server) {
  server.registerTool('test_simple_text', { description: 'Answers with one line of text' }, () =>
    text('This is a simple text response for testing.'),
  );

  server.registerTool(
    'test_image_content',
    { description: 'Answers with a one-pixel image' },
    () => ({
      content: [{ type: 'image', data: PNG, mimeType: 'image/png' }],
    }),
  );

  server.registerTool('test_audio_content', { description: 'Answers with an empty sound' }, () => ({
    content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  }));

  server.registerTool(
    'test_embedded_resource',
    { description: 'Answers with an embedded resource' },
    () => ({
      content: [
        {
          type: 'resource',
          resource: {
            uri: 'test://embedded-resource',
            mimeType: 'text/plain',
            text: 'This is an embedded resource content.',
          },
        },
      ],
    }),
  );

  server.registerTool(
    'test_multiple_content_types',
    { description: 'Answers with text, image and resource' },
    () => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: PNG, mimeType: 'image/png' },
        {
          type: 'resource',
          resource: {
            uri: 'test://mixed-content-resource',
            mimeType: 'application/json',
            text: JSON.stringify({ test: 'data', value: 123 }),
          },
        },
      ],
    }),
  );

  server.registerTool('test_error_handling', { description: 'Always fails' }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });

  server.registerTool(
    'json_schema_2020_12_tool',
    {
      description: 'Its input schema uses the vocabulary of JSON Schema 2020-12',
      inputSchema: fromJsonSchema({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: {
          address: {
            $anchor: 'addressDef',
            type: 'object',
            properties: { street: { type: 'string' }, city: { type: 'string' } },
          },
        },
        properties: {
          name: { type: 'string' },
          address: { $ref: '#/$defs/address' },
          contactMethod: { type: 'string', enum: ['phone', 'email'] },
          phone: { type: 'string' },
          email: { type: 'string' },
        },
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
        then: { required: ['phone'] },
        else: { required: ['email'] },
        additionalProperties: false,
      }),
    },
    args => text(`Received: ${JSON.stringify(args)}`),
  );

  server.registerTool(
    'test_custom_headers',
    {
      description: 'Its region argument is mirrored in the header Mcp-Param-Region',
      inputSchema: fromJsonSchema(
        object(
          { region: { type: 'string', 'x-mcp-header': 'Region' }, query: { type: 'string' } },
          [],
        ),
      ),
    },
    ({ region }) => text(`Region: ${region ?? 'none'}`),
  );
}

function registerStreamingTools(server) {
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Writes three log messages' },
    async ctx => {
      await ctx.mcpReq.log('info', 'Tool execution started');
      await sleep(50);
      await ctx.mcpReq.log('info', 'Tool processing data');
      await sleep(50);
      await ctx.mcpReq.log('info', 'Tool execution completed');
      return text('Tool with logging executed');
    },
  );

  server.registerTool('test_logging_tool', { description: 'Writes one log message' }, async ctx => {
    await ctx.mcpReq.log('info', 'Log message of test_logging_tool');
    return text('Logging tool executed');
  });

  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports progress three times' },
    async ctx => {
      const progressToken = ctx.mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progress) await sleep(50);
        if (progressToken === undefined) continue;
        await ctx.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100, message: `${progress} of 100` },
        });
      }
      return text('Tool with progress executed');
    },
  );

  server.registerTool(
    'test_reconnection',
    { description: 'Closes its stream before it answers' },
    async ctx => {
      ctx.http?.closeSSE?.();
      await sleep(100);
      return text('Answered after the stream was closed');
    },
  );
}

function registerSessionEraTools(server) {
  server.registerTool(
    'test_sampling',
    { description: "Asks the client's model", inputSchema: z.object({ prompt: z.string() }) },
    ({ prompt }, ctx) => {
      const given = answer(ctx, 'sample');
      if (given.kind !== 'sampling') {
        return inputRequired({ inputRequests: { sample: sampling(prompt, 100) } });
      }
      return text(`LLM response: ${given.result.content.text}`);
    },
  );

  elicitingTool(
    server,
    'test_elicitation',
    'Asks the user',
    { message: z.string() },
    ({ message }) => ({
      message,
      requestedSchema: object(
        {
          username: { type: 'string', description: "User's response" },
          email: { type: 'string', description: "User's email address" },
        },
        ['username', 'email'],
      ),
    }),
  );

  elicitingTool(
    server,
    'test_elicitation_sep1034_defaults',
    'Asks with a default for every type',
    {},
    () => ({
      message: 'Please review the defaults',
      requestedSchema: object(
        {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
        [],
      ),
    }),
  );

  const choices = label =>
    [1, 2, 3].map(n => ({
      const: `value${n}`,
      title: `${['First', 'Second', 'Third'][n - 1]} ${label}`,
    }));
  const plain = ['option1', 'option2', 'option3'];
  elicitingTool(
    server,
    'test_elicitation_sep1330_enums',
    'Asks with every kind of choice',
    {},
    () => ({
      message: 'Please choose',
      requestedSchema: object(
        {
          untitledSingle: { type: 'string', enum: plain },
          titledSingle: { type: 'string', oneOf: choices('Option') },
          legacyEnum: {
            type: 'string',
            enum: ['opt1', 'opt2', 'opt3'],
            enumNames: ['Option One', 'Option Two', 'Option Three'],
          },
          untitledMulti: { type: 'array', items: { type: 'string', enum: plain } },
          titledMulti: { type: 'array', items: { anyOf: choices('Choice') } },
        },
        [],
      ),
    }),
  );
}

/** Tools of 2026-07-28, which answer "input required" until they have what they ask for. */
function registerInputRequiredTools(server) {
  const tool = (name, description, handler) =>
    server.registerTool(`test_input_required_result_${name}`, { description }, handler);
  const askName = () => ({ user_name: inputRequired.elicit(ASK_NAME) });
  const askConfirmation = () => ({ confirm: inputRequired.elicit(ASK_CONFIRMATION) });

  tool('elicitation', 'Needs a name', ctx => {
    const name = accepted(ctx, 'user_name', { name: z.string() })?.name;
    return name === undefined
      ? inputRequired({ inputRequests: askName() })
      : text(`Hello, ${name}!`);
  });

  tool('sampling', "Needs an answer of the client's model", ctx => {
    const given = answer(ctx, 'capital_question');
    return given.kind === 'sampling'
      ? text(given.result.content.text)
      : inputRequired({
          inputRequests: { capital_question: sampling('What is the capital of France?', 100) },
        });
  });

  tool('list_roots', "Needs the client's roots", ctx => {
    const given = answer(ctx, 'client_roots');
    return given.kind === 'roots'
      ? text(`Roots: ${given.roots.map(root => root.uri).join(', ')}`)
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });

  for (const name of ['request_state', 'tampered_state']) {
    tool(name, 'Needs a confirmation and its own state back', ctx => {
      const state = ctx.mcpReq.requestState();
      if (state?.tool !== name || !accepted(ctx, 'confirm', { ok: z.boolean() })) {
        return inputRequired({
          inputRequests: askConfirmation(),
          requestState: sealState({ tool: name }),
        });
      }
      return text('state-ok');
    });
  }

  tool('multiple_inputs', 'Needs a name, a greeting and roots', ctx => {
    const name = accepted(ctx, 'user_name', { name: z.string() })?.name;
    const greeting = answer(ctx, 'greeting');
    const roots = answer(ctx, 'client_roots');
    if (name === undefined || greeting.kind !== 'sampling' || roots.kind !== 'roots') {
      return inputRequired({
        inputRequests: {
          ...askName(),
          greeting: sampling('Generate a greeting', 50),
          client_roots: inputRequired.listRoots(),
        },
        requestState: sealState({ tool: 'multiple_inputs' }),
      });
    }
    return text(`${greeting.result.content.text} ${name}, ${roots.roots.length} roots`);
  });

  tool('multi_round', 'Needs two answers, one after the other', ctx => {
    const state = ctx.mcpReq.requestState();
    const name = state?.name ?? accepted(ctx, 'step1', { name: z.string() })?.name;
    if (name === undefined) {
      const step1 = inputRequired.elicit({ ...ASK_NAME, message: 'Step 1: What is your name?' });
      return inputRequired({ inputRequests: { step1 }, requestState: sealState({ round: 1 }) });
    }
    const color = accepted(ctx, 'step2', { color: z.string() })?.color;
    if (color === undefined) {
      const step2 = inputRequired.elicit({
        message: 'Step 2: What is your favorite color?',
        requestedSchema: object({ color: { type: 'string' } }, ['color']),
      });
      return inputRequired({
        inputRequests: { step2 },
        requestState: sealState({ round: 2, name }),
      });
    }
    return text(`${name} likes ${color}`);
  });

  tool('capabilities', 'Asks only what the client says it can answer', ctx => {
    const declared = ctx.mcpReq.envelope?.[CAPABILITIES_KEY] ?? {};
    const inputRequests = {
      ...(declared.elicitation && askName()),
      ...(declared.sampling && { greeting: sampling('Generate a greeting', 50) }),
      ...(declared.roots && { client_roots: inputRequired.listRoots() }),
    };
    const open = Object.keys(inputRequests).filter(key => answer(ctx, key).kind === 'missing');
    return open.length ? inputRequired({ inputRequests }) : text('Nothing left to ask');
  });

  server.registerTool(
    'test_streaming_elicitation',
    { description: 'Reports progress, then needs a name' },
    async ctx => {
      if (answer(ctx, 'user_name').kind === 'missing') {
        await ctx.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken: ctx.mcpReq._meta?.progressToken ?? ctx.mcpReq.id, progress: 1 },
        });
        return inputRequired({ inputRequests: askName() });
      }
      return text('Thank you');
    },
  );

  // Asking a client that did not declare sampling makes the SDK answer 400 with -32021.
  server.registerTool(
    'test_missing_capability',
    { description: 'Needs the client capability sampling' },
    ctx =>
      answer(ctx, 'greeting').kind === 'sampling'
        ? text('The client can sample')
        : inputRequired({ inputRequests: { greeting: sampling('Generate a greeting', 50) } }),
  );
}

/** Tools that announce changed lists, in the session era on the session's own stream. */
function registerChangeTools(server, notifier) {
  const tool = (name, announce) =>
    server.registerTool(name, { description: 'Announces a changed list' }, () => {
      announce();
      return text('Change announced');
    });
  tool('test_trigger_tool_change', () =>
    notifier ? notifier().toolsChanged() : server.sendToolListChanged(),
  );
  tool('test_trigger_prompt_change', () =>
    notifier ? notifier().promptsChanged() : server.sendPromptListChanged(),
  );
}

/** Made-up people; the numbers are the well-known test values. */
const CUSTOMERS = {
  C1: {
    id: 'C1',
    name: 'Ada Example',
    email: 'ada@example.com',
    card: '4111 1111 1111 1111',
    ssn: '078-05-1120',
  },
  C2: {
    id: 'C2',
    name: 'Ben Example',
    email: 'ben@example.org',
    card: '5500 0000 0000 0004',
    ssn: '219-09-9999',
  },
};

function registerCustomerTools(server) {
  const customer = z.object({
    id: z.string(),
    name: z.string(),
    email: z.email(),
    card: z.string(),
    ssn: z.string().regex(/^\d{3}-\d{2}-\d{4}$/),
  });
  const id = z.object({ id: z.string() });

  server.registerTool(
    'get_customer',
    {
      description: 'Reads one customer record',
      inputSchema: id,
      outputSchema: customer,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ id }) => {
      const found = CUSTOMERS[id];
      if (!found) return { ...text(`No customer ${id}`), isError: true };
      return { ...text(JSON.stringify(found)), structuredContent: found };
    },
  );

  server.registerTool(
    'find_customers',
    {
      description: 'Lists all customers as text, one line each, with progress',
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ctx => {
      const progressToken = ctx.mcpReq._meta?.progressToken;
      const all = Object.values(CUSTOMERS);
      for (const [index, found] of all.entries()) {
        if (progressToken === undefined) continue;
        await ctx.mcpReq.notify({
          method: 'notifications/progress',
          params: {
            progressToken,
            progress: index + 1,
            total: all.length,
            message: `Read ${found.email}`,
          },
        });
      }
      return text(
        all.map(found => `${found.id} ${found.name} ${found.email} ${found.card}`).join('\n'),
      );
    },
  );

  server.registerTool(
    'delete_customer',
    {
      description: 'Deletes one customer record',
      inputSchema: id,
      annotations: { destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    ({ id }) => text(`Deleted ${id}`),
  );
}

function registerPrompts(server) {
  const message = value => user({ type: 'text', text: value });

  server.registerPrompt('test_simple_prompt', { description: 'One message' }, () => ({
    messages: [message('This is a simple prompt for testing.')],
  }));

  const word = description =>
    completable(z.string().describe(description), value =>
      ['paris', 'park', 'party', 'test'].filter(candidate => candidate.startsWith(value)),
    );
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'Repeats its two arguments',
      argsSchema: z.object({
        arg1: word('First test argument'),
        arg2: word('Second test argument'),
      }),
    },
    ({ arg1, arg2 }) => ({
      messages: [message(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
    }),
  );

  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    {
      description: 'Embeds the resource that its argument names',
      argsSchema: z.object({ resourceUri: z.string().describe('URI of the resource to embed') }),
    },
    ({ resourceUri }) => ({
      messages: [
        user({
          type: 'resource',
          resource: {
            uri: resourceUri,
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          },
        }),
        message('Please process the embedded resource above.'),
      ],
    }),
  );

  server.registerPrompt('test_prompt_with_image', { description: 'Shows an image' }, () => ({
    messages: [
      user({ type: 'image', data: PNG, mimeType: 'image/png' }),
      message('Please analyze the image above.'),
    ],
  }));

  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Needs a context' },
    ctx => {
      const context = accepted(ctx, 'user_context', { context: z.string() })?.context;
      if (context !== undefined) return { messages: [message(`Use this context: ${context}`)] };
      return inputRequired({
        inputRequests: {
          user_context: inputRequired.elicit({
            message: 'What context should the prompt use?',
            requestedSchema: object({ context: { type: 'string' } }, ['context']),
          }),
        },
      });
    },
  );
}

function registerResources(server) {
  const fixed = (name, uri, description, mimeType, content) =>
    server.registerResource(name, uri, { description, mimeType }, () => ({
      contents: [{ uri, mimeType, ...content }],
    }));
  fixed('static-text', 'test://static-text', 'A text that never changes', 'text/plain', {
    text: 'This is the content of the static text resource.',
  });
  fixed('static-binary', 'test://static-binary', 'An image that never changes', 'image/png', {
    blob: PNG,
  });
  fixed('watched-resource', 'test://watched-resource', 'A text to subscribe to', 'text/plain', {
    text: 'Watched content',
  });
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data for any id', mimeType: 'application/json' },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );
}

/**
 * A server with everything registered.
 *
 * @param notifier gives the publisher of list changes; absent in the session era, where a server
 *     belongs to one session and tells its own client
 */
function newServer(notifier) {
  const server = new McpServer(
    { name: 'tabellion-fixture', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: openState },
    },
  );
  registerContentTools(server);
  registerStreamingTools(server);
  registerSessionEraTools(server);
  registerInputRequiredTools(server);
  registerChangeTools(server, notifier);
  registerCustomerTools(server);
  registerPrompts(server);
  registerResources(server);
  if (!notifier) {
    server.server.setRequestHandler('resources/subscribe', () => ({}));
    server.server.setRequestHandler('resources/unsubscribe', () => ({}));
  }
  return server;
}

/** Keeps the events of one session; a resumed stream gets back its own events only. */
class SessionEvents {
  #events = [];

  async storeEvent(stream, message) {
    this.#events.push({ stream, message });
    return `${stream}_${this.#events.length}`;
  }

  async getStreamIdForEventId(id) {
    return this.#events[this.#position(id)]?.stream;
  }

  async replayEventsAfter(id, { send }) {
    const start = this.#position(id);
    const { stream } = this.#events[start];
    for (const [index, event] of this.#events.entries()) {
      if (index <= start || event.stream !== stream) continue;
      // The event that opens a stream is an empty object and has nothing to replay.
      if (Object.keys(event.message).length) await send(`${stream}_${index + 1}`, event.message);
    }
    return stream;
  }

  #position(id) {
    return Number(id.slice(id.lastIndexOf('_') + 1)) - 1;
  }
}

const sessions = new Map();

const refusal = (status, code, message) =>
  Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status });

/** Session era: the transport of the named session, or a new one that lives if it is initialized. */
async function serveSession(request) {
  const id = request.headers.get('mcp-session-id');
  if (id) {
    const transport = sessions.get(id);
    return transport ? transport.handleRequest(request) : refusal(404, -32001, 'Session not found');
  }
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new SessionEvents(),
    retryInterval: 500,
    enableJsonResponse: options.json,
    onsessioninitialized: opened => void sessions.set(opened, transport),
    onsessionclosed: closed => void sessions.delete(closed),
  });
  const server = newServer();
  await server.connect(transport);
  const response = await transport.handleRequest(request);
  if (!transport.sessionId) await server.close();
  return response;
}

const report = error => console.error(`fixture: ${error?.stack ?? error}`);
const stateless = createMcpHandler(() => newServer(() => stateless.notify), { legacy: 'reject' });
const handle = toNodeHandler(
  {
    fetch: async request =>
      (await isLegacyRequest(request)) ? serveSession(request) : stateless.fetch(request),
  },
  { onerror: report },
);

/** The SDK's adapter keeps the head back until the first event, which on a GET may be long in coming. */
function flushHead(response) {
  const { writeHead } = response;
  response.writeHead = (...head) => {
    writeHead.apply(response, head);
    response.flushHeaders();
    return response;
  };
}

const isLocalHost = localhostHostValidation();
const isLocalOrigin = localhostOriginValidation();

const http = createServer((request, response) => {
  if (!isLocalHost(request, response) || !isLocalOrigin(request, response)) return;
  if (request.url.split('?')[0] !== '/mcp') {
    response.writeHead(404).end();
    return;
  }
  if (request.method === 'GET') flushHead(response);
  handle(request, response).catch(report);
});
http.listen(Number(options.port), '127.0.0.1', () =>
  console.log(`fixture ready on http://127.0.0.1:${http.address().port}/mcp`),
);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => process.exit(0));
}
