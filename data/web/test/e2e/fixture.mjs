// A server with a small company in it, and a browser: a stage, on which the tests of a file are played.
//
// REEVE names the server's program, CHROMIUM the browser's. Everything is in a temporary folder and on loopback.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

// Names of programs are of the project's folder, where make is run.
const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// One run of the server over a folder: when it listens, and how it is stopped.
async function run(folder, address) {
  const program = resolve(root, process.env.REEVE ?? 'build/release/reeve');
  const child = spawn(program, ['dev', '--listen', address, '--data', join(folder, 'db')], { cwd: folder });
  let said = '';
  const ready = new Promise((done, failed) => {
    const take = (part) => {
      said += part;
      const origin = /listening on (http:\/\/[\d.:]+)/.exec(said);
      const key = /Bearer (rvk_[\w-]+)/.exec(said);
      if (origin && key && said.includes('started version')) done({ origin: origin[1], key: key[1] });
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', failed);
    child.on('exit', () => failed(new Error(`the server ended:\n${said}`)));
  });
  const found = await ready;
  const stop = async () => {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
  };
  return { ...found, stop };
}

async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'console-e2e-'));
  let now = await run(folder, '127.0.0.1:0');
  const { origin, key } = now;
  const platform = JSON.parse(readFileSync(join(folder, 'db/bootstrap-credential'), 'utf8'));
  return {
    origin, key, platform: `${platform.client_id}:${platform.client_secret}`,
    // The same store at the same address, after `meanwhile`, which is given its folder.
    restart: async (meanwhile) => {
      await now.stop();
      await meanwhile(join(folder, 'db'));
      now = await run(folder, new URL(origin).host);
    },
    stop: async () => {
      await now.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// Calls of /v1 as the demonstration key, whose tenant is found first.
async function caller({ origin, key }) {
  const authorization = { Authorization: `Bearer ${key}` };
  const self = await (await fetch(`${origin}/v1beta1/users/self`, { headers: authorization })).json();
  const tenant = self.serviceuser.orgId;
  const call = async (method, path, body) => {
    const answer = await fetch(origin + path, {
      method, headers: { ...authorization, 'X-Tenant-ID': tenant, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  return { call, tenant };
}

// Engineering is in Berlin, which has roles of its own; an open and a closed invoice have rules; one test keeps them.
async function seed(call, engineering) {
  const berlin = await call('POST', '/v1/groups', { name: 'Berlin', description: 'The office' });
  await call('POST', `/v1/groups/${berlin.id}/members`, { group_id: engineering });
  await call('POST', `/v1/groups/${engineering}/roles`, { role: 'example', expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString(), reason: 'rota' });
  await call('POST', `/v1/groups/${berlin.id}/roles`, { role: 'example' });
  const users = (await call('GET', '/v1/users')).data;
  const policy = await call('POST', '/v1/policies', { name: 'Invoices', priority: 10, description: 'Who reads invoices' });
  await call('POST', `/v1/policies/${policy.id}/rules`, { policy_text: 'permit (principal, action == Action::"read", resource is invoice) when { resource.status == "open" };' });
  await call('PUT', '/v1/entities/invoice/42', { attrs: { status: 'closed' } });
  await call('POST', '/v1/policies/tests', { name: 'closed stays closed', request: { subject: { type: 'user', id: users[0].id }, action: { name: 'read' }, resource: { type: 'invoice', id: '42' } }, expected: { decision: false } });
  await call('PUT', '/v1/decisions/settings', { log: 'all' });
  await call('POST', '/v1/policies/evaluate', { principal: `user:${users[0].id}`, resource: 'invoice:42', action: 'read' });
  const clerk = await call('POST', '/v1/api-keys', { name: 'clerk', scopes: ['organization:get', 'organization:grouplist'] });
  return { berlin: berlin.id, engineering, users, policy: policy.id, clerk: clerk.raw_key };
}

export async function start() {
  const server = await startServer();
  const first = await caller(server);
  // A key besides the demonstration's, which journeys end.
  const admin = await first.call('POST', '/v1/api-keys', { name: 'admin', scopes: ['grants:revoke', 'organization:administer', 'requests:approve'] });
  const { call, tenant } = await caller({ origin: server.origin, key: admin.raw_key });
  const things = await seed(call, tenant);
  const { origin } = server;
  // Ends every session there is, as an administrator does.
  const endSessions = async () => {
    for (const { id } of (await call('GET', '/v1/sessions?everybody=true')).data) await call('DELETE', `/v1/sessions/${id}`);
  };
  const link = async () => origin + (await call('POST', '/console/codes')).path;
  const program = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
  const isRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({ executablePath: program, args: isRoot ? ['--no-sandbox'] : [] });
  const violations = [];

  // A page of a browser of its own. What breaks the content policy, and each error of a script, is kept.
  async function open({ width = 1280, height = 800, theme = 'light', forced = false, locale = 'en-US', key = admin.raw_key } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, forcedColors: forced ? 'active' : 'none', reducedMotion: 'reduce', locale });
    const page = await context.newPage();
    await page.addInitScript(() => {
      window.broken = [];
      document.addEventListener('securitypolicyviolation', (event) => window.broken.push(`${event.violatedDirective} ${event.sourceFile}`));
    });
    page.on('pageerror', (error) => violations.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/i.test(message.text())) violations.push(message.text());
    });
    page.on('request', (asked) => {
      if (!asked.url().startsWith(origin) && !asked.url().startsWith('data:')) violations.push(`another host: ${asked.url()}`);
    });
    await page.goto(`${origin}/console/`);
    await page.locator('input[type=password]').waitFor();
    if (key) await logIn(page, key);
    return page;
  }
  async function logIn(page, key) {
    await page.locator('input[type=password]').fill(key);
    await page.keyboard.press('Enter');
    await page.locator('main.page h1').waitFor();
  }
  // Shows a page, and waits until it has what it shows.
  async function show(page, path) {
    await page.goto(`${origin}/console/#/${path}`);
    await settle(page);
  }
  async function settle(page) {
    // Effects that begin a call have run after two frames; a page that waits for one is busy.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.waitForFunction(() => document.querySelector('main h1') && !document.querySelector('[aria-busy]'));
  }
  // What axe finds wrong. Contrast it can't see through positioned rows; the unit test of the tokens computes it.
  async function faults(page) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }));
    const broken = await page.evaluate(() => window.broken);
    violations.push(...broken);
    return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`);
  }
  return {
    ...things, key: admin.raw_key, platform: server.platform, tenant, call, origin, link, endSessions, restart: server.restart, open, show, settle, faults, logIn, violations,
    // Fails where anything broke the content policy, failed, or went to another host.
    close: async () => {
      await browser.close();
      await server.stop();
      assert.deepEqual(violations, []);
    },
  };
}

// The stage of a file of tests, which is there from its first test on; `prepare` is given it before. It is closed after
// the last.
export function staged(prepare = () => {}) {
  const stage = {};
  before(async () => {
    Object.assign(stage, await start());
    await prepare(stage);
  }, { timeout: 600_000 });
  after(() => stage.close?.());
  return stage;
}

export const kLong = { timeout: 60_000 };
// In a page, or in a part of one.
export const button = (place, name) => place.getByRole('button', { name, exact: true });
export const inDialog = (page, name) => button(page.getByRole('dialog'), name);

// Every screen: the key of who looks, and the addresses.
export function screens({ engineering, users, policy, key, platform }) {
  const person = users[0].id;
  const ofTenant = [
    '', 'roles', 'roles?q=nothing-is-called-so', 'roles/example', 'roles/admin', 'roles/example?tab=holders', 'roles/example?tab=history',
    'roles/example?tab=about', 'groups', `groups/${engineering}`, `groups/${engineering}?tab=roles`, `groups/${engineering}?tab=access`,
    'people', `people/${person}`, `people/${person}?tab=groups`, `people/${person}?tab=about`, 'keys', 'explain',
    `explain?p=user%3A${person}&a=read&r=invoice%3A42`, `explain?p=user%3Anobody&a=approve&r=requests%3A7&wr=approver&wg=${engineering}`, 'who-can?a=read&r=invoice%3A42', 'who-can?by=scope&s=organization%3Aget',
    `what-can?p=user%3A${person}&r=invoice%3A42`, `what-can?p=user%3A${person}&q=user%3A${users[1].id}&r=requests%3A7`, 'who-can?a=approve&r=requests%3A7', 'policies', `policies/${policy}`, 'tests', 'activity', 'activity?tab=decisions',
    'activity?tab=refused', 'activity?tab=undo', 'settings?tab=sessions', 'settings?tab=decisions', 'settings', 'settings?tab=tenant', 'settings?tab=permissions', 'settings?tab=schema', 'settings?tab=you',
    'map', 'map?rows=groups&cols=scopes&sort=alike', 'roles?held=false&scope=group%3Aget', 'roles/example?tab=policies',
    'mappings', 'mappings?state=expiring', 'mappings?state=future', 'mappings?state=permanent', 'mappings?state=templates', `people/${person}?tab=keys`, 'unused', 'compare', 'compare?kind=roles&a=example&b=user', 'nowhere', 'roles/nobody-made-this',
  ];
  return [
    [key, ofTenant.map((part) => `example/${part}`)],
    [platform, ['-/tenants', '-/health', '-/health?tab=backups', '-/health?tab=config']],
  ];
}
