// What serves the console to the tests until they are run against the server's own: the files of dist with their
// headers, sessions by a cookie, and every other call handed on to a server, with the API key of the session.
//
//   node test/stand-in.mjs http://127.0.0.1:7400 7410
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// A key, or the two parts of the platform's credential.
const authorized = (key) => (key.includes(':') ? `Basic ${Buffer.from(key).toString('base64')}` : `Bearer ${key}`);
const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const kTypes = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', txt: 'text/plain; charset=utf-8' };
export const kPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
  + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

// Serves on a port of loopback; `upstream` is the address of the server. `end` forgets all sessions.
export async function standIn(upstream, port = 0) {
  const files = new Map(readdirSync(dist).map((name) => [name, readFileSync(join(dist, name))]));
  const sessions = new Map();
  const codes = new Map();

  function forward(req, res, headers) {
    const to = request(upstream + req.url, { method: req.method, headers: { ...req.headers, cookie: '', host: new URL(upstream).host, ...headers } }, (answer) => {
      res.writeHead(answer.statusCode, answer.headers);
      answer.pipe(res);
    });
    to.on('error', () => res.destroy());
    req.pipe(to);
    res.on('close', () => to.destroy());
  }
  async function me(key) {
    const headers = { Authorization: authorized(key) };
    const whole = await fetch(`${upstream}/v1/me`, { headers });
    if (whole.ok) return whole.text();
    const self = await fetch(`${upstream}/v1beta1/users/self`, { headers });
    if (!self.ok) return null;
    const { user, serviceuser } = await self.json();
    const own = user ?? serviceuser;
    const answer = await fetch(`${upstream}/v1/me`, { headers: { ...headers, 'X-Tenant-ID': own.orgId ?? own.org_id } });
    return answer.ok ? answer.text() : null;
  }
  async function session(req, res, key, id) {
    const say = (status, body, more = {}) => res.writeHead(status, { 'Content-Type': 'application/json', ...more }).end(body);
    const none = JSON.stringify({ code: 'unauthenticated', message: 'no session', details: {}, notices: [] });
    if (req.method === 'DELETE') {
      sessions.delete(id);
      return say(204, '', { 'Set-Cookie': 'reeve=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict' });
    }
    let wanted = key;
    if (req.method === 'POST') {
      let text = '';
      for await (const part of req) text += part;
      const { api_key, code } = JSON.parse(text);
      wanted = api_key ?? codes.get(code);
      codes.delete(code);
    }
    const body = wanted ? await me(wanted) : null;
    if (!body) return say(401, none);
    if (req.method !== 'POST') return say(200, body);
    const made = randomBytes(32).toString('base64url');
    sessions.set(made, wanted);
    return say(200, body, { 'Set-Cookie': `reeve=${made}; Path=/; HttpOnly; SameSite=Strict` });
  }
  const server = createServer((req, res) => {
    const path = req.url.split('?')[0];
    const id = /(?:^|; )reeve=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1];
    const key = sessions.get(id);
    if (path === '/console/session') {
      void session(req, res, key, id);
    } else if (path.startsWith('/console/')) {
      const name = path.slice('/console/'.length) || 'index.html';
      const bytes = files.get(name);
      if (!bytes) return void res.writeHead(404).end();
      res.writeHead(200, { 'Content-Type': kTypes[name.split('.').pop()], 'Content-Security-Policy': kPolicy, 'X-Content-Type-Options': 'nosniff' }).end(bytes);
    } else {
      forward(req, res, key && req.headers['x-reeve-console'] === '1' ? { authorization: authorized(key) } : {});
    }
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    end: () => sessions.clear(),
    // A link to log in with, once.
    link: (of) => {
      const code = randomBytes(32).toString('base64url');
      codes.set(code, of);
      return `/console/#code=${code}`;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { origin } = await standIn(process.argv[2] ?? 'http://127.0.0.1:7400', Number(process.argv[3] ?? 7410));
  console.log(`${origin}/console/`);
}
