// The audit log: it is verified, an entry is undone or says what stands in the way, refusals stand alone, and the
// history of a role has its mappings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { button, inDialog, kLong, staged } from './fixture.mjs';

const stage = staged();
const openFirst = (page) => page.locator('[data-row="0"]').click();

test('activity: the log is verified by one button', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/activity');
  await page.getByText('Not verified since the server was started.').waitFor();
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page.getByText(/^Whole: \d+ entries, in \d+ ms\.$/).first().waitFor();
  await page.getByText('From where to where').click();
  const { hash } = (await stage.call('GET', '/v1/audit-log?limit=1')).data[0];
  await page.getByText(hash).waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});

test('activity: a broken log is red, with the first entry that is wrong, and on the first page too', kLong, async () => {
  const page = await stage.open();
  await page.route('**/v1/audit-log/verification', (route) => route.fulfill({
    contentType: 'application/json',
    body: JSON.stringify({ state: 'done', begun_at: '2026-04-15T12:00:00.000Z', ms: 1, entries: 7, first_seq: 1, head: { seq: 9, hash: 'a'.repeat(64) }, fault: { seq: 7, message: 'the hash is not that of its contents' } }),
  }));
  for (const at of ['example/activity', 'example']) {
    await stage.show(page, at);
    const alert = page.getByRole('alert').filter({ hasText: 'The audit log is broken at entry 7.' });
    await alert.getByText('the hash is not that of its contents').waitFor();
    assert.deepEqual(await stage.faults(page), []);
  }
  await page.context().close();
});

test('activity: a long verification is followed over a failed answer to its end, which is said; a late answer is dropped', kLong, async () => {
  const page = await stage.open();
  const found = (state, entries) => ({
    json: { state, begun_at: '2026-04-15T12:00:00.000Z', ms: 5, entries, first_seq: 1, head: { seq: 9, hash: 'a'.repeat(64) }, fault: null },
  });
  // The first question is answered only when the log is being looked at already.
  let late;
  const answers = [
    { status: 503, json: { code: 'unavailable', message: 'Not now.' } }, found('running', 5), found('done', 9),
  ];
  let first = true;
  await page.route('**/v1/audit-log/verification', async (route) => {
    if (first) {
      first = false;
      await new Promise((done) => {
        late = done;
      });
      await route.fulfill({ status: 404, json: { code: 'not_found', message: 'None.' } });
    } else {
      await route.fulfill(answers.shift());
    }
  });
  await page.route('**/v1/audit-log/verify', (route) => route.fulfill({ status: 202, ...found('running', 2) }));
  await stage.show(page, 'example/activity');
  const begin = page.getByRole('button', { name: 'Verify the log' });
  await begin.click();
  await page.locator('.badge', { hasText: '2 entries looked at so far' }).waitFor();
  late();
  await page.getByText('Not now.').waitFor();
  assert.ok(await begin.isEnabled());
  await page.locator('.badge', { hasText: '5 entries looked at so far' }).waitFor();
  assert.equal(await page.getByText('Not now.').count(), 0);
  assert.ok(await begin.isDisabled());
  await page.locator('.badge', { hasText: 'Whole: 9 entries' }).waitFor();
  await page.locator('[aria-live=polite]', { hasText: 'Whole: 9 entries' }).waitFor();
  await page.context().close();
});

test('activity: an entry is undone, after its impact was shown', kLong, async () => {
  const { id } = await stage.call('POST', '/v1/groups', { name: 'Made by mistake' });
  const page = await stage.open();
  await stage.show(page, `example/activity?about=group%3A${id}`);
  await openFirst(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Revision').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await button(dialog, 'Undo').click();
  await dialog.getByRole('button', { name: 'Undo it' }).click();
  await page.getByText('It is undone.').first().waitFor();
  await assert.rejects(stage.call('GET', `/v1/groups/${id}`), /404/);
  await page.context().close();
});

test('activity: what was built on a change is named', kLong, async () => {
  await stage.call('POST', '/v1/roles', { slug: 'base', name: 'Base', scopes: [] });
  await stage.call('PATCH', '/v1/roles/base', { name: 'Base of all' });
  const page = await stage.open();
  await stage.show(page, 'example/activity?about=role%3Abase&action=role%3Acreate');
  await openFirst(page);
  await inDialog(page, 'Undo').click();
  await page.getByRole('dialog').getByText(/^role base, changed since by revision/).waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});

test('activity: refusals stand alone, and the history of a role has its mappings', kLong, async () => {
  const refused = await fetch(`${stage.origin}/v1/roles`, {
    method: 'POST', headers: { Authorization: `Bearer ${stage.clerk}`, 'X-Tenant-ID': stage.tenant, 'Content-Type': 'application/json' },
    body: JSON.stringify({ slug: 'mine', name: 'Mine', scopes: [] }),
  });
  assert.equal(refused.status, 403);
  const page = await stage.open();
  await stage.show(page, 'example/activity?tab=refused');
  await page.getByRole('row', { name: /role:create/ }).first().waitFor();
  assert.equal(await page.getByRole('row', { name: /done/ }).count(), 0);
  await stage.show(page, 'example/roles/example?tab=history');
  await page.getByText('mapping:create').first().waitFor();
  await page.context().close();
});
