// A daemon that is none: serves the built page and answers the API with made-up data, always the same. For work on the
// page (`node fixture.mjs 8090`), and for what a real daemon hardly shows: odd names, refusals, many systems.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer } from './fixture_answers.mjs';
import { now, reset, state, steps } from './fixture_data.mjs';

export { badName } from './fixture_data.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../../src/web/page/dist');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function stream(response, path) {
  const [, what, number] = path.split('/');
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy,
  });
  let id = 0;
  const send = (event) => response.write(`id: ${++id}\ndata: ${JSON.stringify({ schema: 1, ...event })}\n\n`);
  const run = what === 'runs' ? state.runs.find((each) => each.run === Number(number)) : null;
  const harvested = run ? run.harvests[0] : Number(number);
  if (run?.kind === 'node_test') {
    for (const step of steps) (send({ event: 'step', node: run.subject, ...step }), await wait(120));
    Object.assign(run, { state: 'ended', exit_code: 3, ended_at: now() });
    send({ event: 'done', exit_code: 3 });
    return response.end();
  }
  if (run) send({ event: 'started', node: run.subject, harvest: harvested });
  for (let i = 1; i <= 6 && !response.destroyed; ++i) {
    send({
      event: 'progress',
      node: 'main-pacs',
      harvest: harvested,
      windows_open: i < 3 ? 1 : 0,
      studies_found: 10 * i,
      studies_decided: 9 * i,
      requests_planned: 18,
      requests_ended: 3 * i,
    });
    await wait(harvested === 91 ? 2000 : 150);
  }
  if (harvested === 91) return response.end();
  const one = state.harvests.find((each) => each.harvest === harvested);
  if (one.state === 'running')
    Object.assign(one, {
      state: 'complete',
      ended_at: now(),
      ...(one.kind === 'query' ? {} : { open: 0, fetched: 18 }),
    });
  if (run) Object.assign(run, { state: 'ended', exit_code: 0, ended_at: now() });
  send({ event: 'finished', node: 'main-pacs', harvest: harvested, state: one.state, exit_code: 0 });
  send({ event: 'done', exit_code: 0 });
  response.end();
}

const tokens = { looker: 'view', worker: 'operate', doctor: 'patient' };

async function serveFile(response, path) {
  const name = /^\/[a-z.]+$/.test(path) && extname(path) ? path.slice(1) : 'index.html';
  const text = await readFile(join(dist, name));
  response.writeHead(200, {
    'Content-Type': types[extname(name)],
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}

/** Serves until it is closed. `anonymous`: the role of who has no token. */
export function fixture({ port = 0, anonymous = 'operate' } = {}) {
  reset();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const path = url.pathname;
    if (!path.startsWith('/api/v1/')) return serveFile(response, path).catch(() => response.writeHead(404).end());
    const send = (status, object) => {
      response.writeHead(status, {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        'Content-Security-Policy': policy,
      });
      response.end(JSON.stringify({ schema: 1, ...object }));
    };
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const role = token === undefined ? anonymous : tokens[token];
    const call = path.slice('/api/v1'.length);
    if (call === '/session' && (role || token === undefined))
      return send(200, { role, name: token ?? '', token_required: role === 'none', version: '0.1.0', now: now() });
    if (!role || role === 'none') return send(401, { error: 'a token is needed', kind: 'unauthorized' });
    if (request.method === 'POST' && role === 'view' && !['/studies/find', '/explain'].includes(call))
      return send(403, { error: 'the role view may not do this', kind: 'forbidden' });
    if (call.endsWith('/events')) return stream(response, call);
    if (call.startsWith('/exports/')) {
      response.writeHead(200, {
        'Content-Type': 'text/csv',
        'Content-Disposition': `attachment; filename="studies.${call.split('/')[2]}"`,
      });
      return response.end('Study date,DLP total [mGy.cm]\r\n2026-01-05,432.53\r\n');
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    const made = answer(request.method, call, url, text ? JSON.parse(text) : {}, role);
    if (made === undefined) return send(404, { error: `there is no ${call}`, kind: 'not_found' });
    return Array.isArray(made) ? send(...made) : send(200, made);
  });
  return new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () =>
      resolve({
        server,
        state,
        address: `http://127.0.0.1:${server.address().port}`,
        close: () => (server.closeAllConnections(), server.close()),
      }),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { address } = await fixture({ port: Number(process.argv[2] ?? 8090), anonymous: process.argv[3] ?? 'operate' });
  console.log(address);
}
