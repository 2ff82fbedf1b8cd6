// A tenant at a glance: the overview, whose tiles lead on, the roles by who holds them, and the map of who holds what.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { button, kLong, staged } from './fixture.mjs';

const stage = staged();

test('glance: the overview’s tiles open what they count', kLong, async () => {
  const page = await stage.open();
  const later = new Date(Date.now() + 40 * 86_400_000).toISOString();
  await stage.call('POST', '/v1/mappings', { principal: { type: 'user', id: stage.users[0].id }, role: 'example', resource: 'Folder:9', valid_from: later });
  await stage.show(page, 'example');
  assert.equal(await page.locator('.tile', { hasText: 'mappings end within 7 days' }).locator('b').textContent(), '1');
  for (const [tile, title, part] of [
    ['people', 'People', 'people'], ['mappings end within 7 days', 'Mappings', 'mappings?state=expiring'],
    ['administrators', 'Who can', 'who-can?by=scope&s=organization%3Aadminister'],
    ['roles of your own', 'Roles', 'roles?kind=custom'], ['in force', 'Mappings', 'mappings?state=active'],
    ['begin later', 'Mappings', 'mappings?state=future'], ['ended', 'Mappings', 'mappings?state=expired'],
  ]) {
    await stage.show(page, 'example');
    await page.locator('.tile').filter({ has: page.getByText(tile, { exact: true }) }).or(page.getByRole('link', { name: new RegExp(`^[\\d, a-z]*${tile}$`) })).first().click();
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    assert.ok(page.url().endsWith(`#/example/${part}`), page.url());
  }
  // What is listed is what the tile says, and no other.
  for (const [tile, view, areLater] of [['in force', 'In force', false], ['begin later', 'Future', true]]) {
    await stage.show(page, 'example');
    const link = page.locator('.tile').filter({ hasText: new RegExp(`${tile}$`) });
    const number = Number((await link.locator('b').textContent()).replace(/\D/g, ''));
    await link.click();
    await page.getByRole('heading', { name: 'Mappings', level: 1 }).waitFor();
    await stage.settle(page);
    assert.equal(await button(page, view).getAttribute('aria-pressed'), 'true');
    const rows = page.locator('tbody tr');
    assert.equal(await rows.count(), number, tile);
    assert.equal(await rows.filter({ hasText: 'begins later' }).count(), areLater ? number : 0);
  }
  await stage.show(page, 'example');
  await page.getByText('no damage found').waitFor();
  await page.context().close();
});

test('glance: a refused change is counted, and whoever may not read the log sees no such part', kLong, async () => {
  await fetch(`${stage.origin}/v1/roles`, {
    method: 'POST', body: '{"name":"x","scopes":[]}',
    headers: { Authorization: `Bearer ${(await stage.call('POST', '/v1/api-keys', { name: 'weak', scopes: ['organization:get'] })).raw_key}`, 'X-Tenant-ID': stage.tenant, 'Content-Type': 'application/json' },
  });
  const page = await stage.open();
  await stage.show(page, 'example');
  await page.getByRole('link', { name: /changes refused in 24 hours$/ }).click();
  await page.getByRole('tab', { name: 'Refused', selected: true }).waitFor();
  await page.getByText('role:create').first().waitFor();
  await page.context().close();
  const clerk = await stage.open({ key: stage.clerk });
  await stage.show(clerk, 'example');
  assert.equal(await clerk.getByText('What happened last').count(), 0);
  assert.equal(await clerk.getByText('keys end within 7 days').count(), 0);
  assert.deepEqual(await stage.faults(clerk), []);
  await clerk.context().close();
});

test('glance: a new tenant is told where to begin, and what is done', kLong, async () => {
  const page = await stage.open({ key: stage.platform });
  await button(page, 'Make a tenant').click();
  await page.getByLabel('Name', { exact: true }).fill('Fresh');
  await page.getByRole('dialog').getByRole('button', { name: 'Make a tenant' }).click();
  await page.getByText('Begin here').waitFor();
  assert.equal(await page.locator('.steps .good').count(), 0);
  await page.getByRole('link', { name: 'Make a role of your own' }).click();
  await button(page, 'Make a role').click();
  await page.getByLabel('Name', { exact: true }).fill('First');
  await page.getByRole('dialog').getByRole('button', { name: 'Make a role' }).click();
  await page.getByRole('heading', { name: 'First', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Overview', exact: true }).click();
  await page.locator('.steps .good').waitFor();
  assert.equal(await page.locator('.steps .good').count(), 1);
  await page.context().close();
});

test('glance: roles by who holds them, and by what they allow', kLong, async () => {
  const page = await stage.open();
  await stage.call('POST', '/v1/roles', { slug: 'idle', name: 'Idle', scopes: ['group:get'] });
  await stage.show(page, 'example/roles');
  await page.getByLabel('Held', { exact: true }).selectOption('false');
  await page.getByRole('link', { name: 'Idle', exact: true }).waitFor();
  await page.getByText('nobody', { exact: true }).first().waitFor();
  await page.getByRole('link', { name: 'Example', exact: true }).waitFor({ state: 'detached' });
  await page.getByLabel('Held', { exact: true }).selectOption('true');
  await page.getByRole('link', { name: 'Example', exact: true }).waitFor();
  await page.getByRole('link', { name: '3 people', exact: true }).click();
  await page.getByRole('tab', { name: 'Holders', selected: true }).waitFor();
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
  await page.context().close();
});

test('glance: a role that is held is removed with a list of whom it is taken from', kLong, async () => {
  const page = await stage.open();
  await stage.call('POST', '/v1/roles', { slug: 'doomed', name: 'Doomed', scopes: ['group:update'] });
  await stage.call('POST', `/v1/groups/${stage.engineering}/roles`, { role: 'doomed' });
  await stage.show(page, 'example/roles/doomed');
  await button(page, 'Remove the role').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('takes it away from everybody who holds it').waitFor();
  await dialog.getByRole('link', { name: 'Engineering' }).first().waitFor();
  await dialog.getByText('Who loses').waitFor();
  await dialog.getByRole('button', { name: /^Remove/ }).click();
  await page.getByText('The role is removed.').first().waitFor();
  await page.context().close();
});

test('glance: the map shows who holds what, leads on, and is saved as a file', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/map');
  const ada = stage.users.find((one) => one.name === 'Ada Lovelace');
  await page.getByRole('link', { name: 'Ada Lovelace, example: through a group' }).first().waitFor();
  await page.getByLabel('Columns').selectOption('scopes');
  await page.getByLabel('Order').selectOption('alike');
  await stage.settle(page);
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save as a table (CSV)').click()]);
  const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
  assert.match(lines[0], /^id,name,email,/);
  assert.ok(lines.some((line) => line.includes('Ada Lovelace') && line.includes('through a group')));
  await page.getByRole('link', { name: /^Ada Lovelace, organization:get: / }).first().click();
  await page.getByRole('heading', { name: 'Explain', level: 1 }).waitFor();
  await page.getByText('Allowed', { exact: true }).first().waitFor();
  assert.ok(page.url().includes(ada.id));
  await page.goBack();
  await page.getByRole('heading', { name: 'Access map', level: 1 }).waitFor();
  await page.getByLabel('Lines').selectOption('groups');
  await page.getByRole('link', { name: /^Engineering, / }).first().click();
  await page.getByRole('heading', { name: 'Engineering', level: 1 }).waitFor();
  await page.context().close();
});
