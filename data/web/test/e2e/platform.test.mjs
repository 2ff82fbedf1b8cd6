// What an operator does: keys get new secrets, tenants are made and shut, schemas changed, the server looked after.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { button, inDialog, kLong, staged } from './fixture.mjs';

const stage = staged();
const asks = (key) => fetch(`${stage.origin}/v1/me`, { headers: { Authorization: `Bearer ${key}`, 'X-Tenant-ID': stage.tenant } });

test('platform: a key is made, used, given a new secret and revoked', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/keys');
  await button(page, 'Make a key').click();
  await page.getByLabel('What it is for').fill('deploy');
  await inDialog(page, 'Make a key').click();
  const first = await page.getByRole('dialog').locator('pre').textContent();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').locator('pre').textContent(), first, 'it stays until it is stored');
  await button(page, 'I stored it').click();
  assert.ok(!(await page.content()).includes(first));
  const row = page.getByRole('row').filter({ hasText: 'deploy' });
  await row.getByText('never', { exact: true }).waitFor();
  assert.equal((await asks(first)).status, 200);

  await button(page, 'Rotate deploy').click();
  assert.deepEqual(await stage.faults(page), []);
  await page.getByLabel('The old secret goes on for').selectOption('1h');
  await inDialog(page, 'Rotate').click();
  await page.getByText('The old secret goes on until').waitFor();
  const second = await page.getByRole('dialog').locator('pre').textContent();
  assert.notEqual(second, first);
  await button(page, 'I stored it').click();
  await row.getByText('the secret before').waitFor();
  for (const key of [first, second]) assert.equal((await asks(key)).status, 200);
  assert.deepEqual(await stage.faults(page), []);

  await row.getByRole('link').click();
  await page.getByRole('tab', { name: 'Keys and secrets' }).click();
  await stage.settle(page);
  assert.equal(await page.getByRole('row').count(), 3);
  assert.deepEqual(await stage.faults(page), []);
  await page.goBack();

  await button(page, 'Revoke deploy').click();
  await inDialog(page, 'Revoke').click();
  await row.getByText('revoked').waitFor();
  for (const key of [first, second]) assert.equal((await asks(key)).status, 401);
  await page.context().close();
});

test('platform: a tenant is made, entered, renamed, shut and opened again', kLong, async () => {
  const page = await stage.open({ key: stage.platform });
  await stage.show(page, '-/tenants');
  await button(page, 'Make a tenant').click();
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Globex');
  await inDialog(page, 'Make a tenant').click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

  // Another by the switcher, and back by the last that were entered.
  const switcher = page.getByRole('combobox', { name: 'Enter a tenant' });
  await switcher.click();
  await switcher.fill('examp');
  await page.getByRole('option', { name: /Example/ }).click();
  await page.waitForFunction(() => location.hash === '#/example');
  await stage.settle(page);
  await switcher.click();
  await switcher.fill('');
  await page.getByRole('option', { name: /Globex/ }).click();
  await page.waitForFunction(() => location.hash === '#/globex');

  await stage.show(page, '-/tenants');
  const row = page.getByRole('row').filter({ hasText: 'globex' });
  await page.getByLabel('Filter').fill('glob');
  assert.equal(await page.getByRole('row').count(), 2);
  await button(page, 'Rename Globex').click();
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Globex Ltd');
  await inDialog(page, 'Rename').click();
  await button(page, 'Disable Globex Ltd').click();
  assert.deepEqual(await stage.faults(page), []);
  await inDialog(page, 'Disable').click();
  await row.getByText('disabled').waitFor();
  await button(page, 'Enable').click();
  await row.getByText('enabled').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});

test('platform: health says what to look at, and the configuration where each value comes from', kLong, async () => {
  const page = await stage.open({ key: stage.platform });
  await stage.show(page, '-/health');
  await page.getByText('No folder for backups is set.').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await stage.settle(page);
  assert.deepEqual(await stage.faults(page), []);
  await page.getByLabel('Filter').fill('store.dir');
  await page.getByRole('cell', { name: '--data' }).waitFor();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.origin });
  await button(page, 'Copy store.dir for reeve.yaml').click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^store:\n  dir: "\/.*db"\n$/);
  await page.getByRole('tab', { name: 'Backups' }).click();
  await page.getByText('backup.dir').first().waitFor();
  // A tenant's caller is refused, and sees no figure.
  await page.context().close();
  const other = await stage.open();
  await stage.show(other, '-/health');
  await other.getByText('You may not do this').first().waitFor();
  assert.ok(!(await other.content()).includes('GiB'));
  await other.context().close();
});

test('platform: a schema is changed once what no longer fits was read', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/settings?tab=schema');
  const box = page.getByRole('textbox', { name: 'The schema, in the language of Cedar' }).and(page.locator('.cm-content'));
  await box.fill('entity invoice { status: Long };');
  assert.ok(await button(page, 'Save the schema').isDisabled());
  await button(page, 'Look what would no longer fit').click();
  await page.getByText('This would no longer fit:').waitFor();
  await page.getByText('invoice:42/attrs/status').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await box.fill('entity invoice { status: Str');
  await button(page, 'Look what would no longer fit').click();
  await page.getByText('line 1, column 29: expected').waitFor();
  await page.locator('.cm-lint-marker-error').waitFor();
  await page.locator('.cm-lintPoint-error').waitFor({ state: 'attached' });
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});

test('platform: all settings of decisions are there, what is wrong stands at its field, and tests are asked before they are saved', kLong, async () => {
  const page = await stage.open({ height: 1100 });
  await stage.show(page, 'example/settings?tab=decisions');
  const save = button(page, 'Save');
  assert.ok(await save.isDisabled());
  await page.getByLabel('Record', { exact: true }).selectOption('sample');
  await page.getByLabel('The part').fill('2');
  await page.getByLabel('Entries that are kept').fill('0');
  await page.getByLabel('Left out of entries').fill('/context/token\ntoken');
  await page.getByLabel('What types are called in rules').fill('urn:doc = Doc\nurn:bill');
  await page.getByText('urn:bill: write it as type = name, each type once.').waitFor();
  assert.ok(await save.isDisabled());
  await page.getByLabel('What types are called in rules').fill('urn:doc = Doc\nurn:bill = b c');
  await save.click();
  await page.getByText('must be off, denied, all, or sample: and a part such as 0.01').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.getByLabel('The part').fill('0.5');
  await save.click();
  await page.getByText('token: must be a JSON pointer').waitFor();
  await page.getByText(/urn:bill: must be a name of Cedar/).waitFor();
  await page.getByText('must be from 1 to 10000000').waitFor();
  assert.deepEqual(await stage.faults(page), []);

  await page.getByLabel('Entries that are kept').fill('5000');
  await page.getByLabel('Days that they are kept').fill('7');
  await page.getByLabel('Left out of entries').fill('/context/token\n/resource/properties/price');
  await page.getByLabel('Answer only once the entry is on disk').check();
  await page.getByLabel('Reasons in answers').selectOption('user');
  await page.getByLabel('Secret names').fill('salary\nbonus');
  await page.getByLabel('A rule that forbids').selectOption('cedar');
  await page.getByLabel('What types are called in rules').fill('urn:doc = Doc');
  await save.click();
  await page.getByText('The settings are saved.').first().waitFor();
  const read = () => stage.call('GET', '/v1/decisions/settings');
  assert.deepEqual(await read(), {
    on_error: 'cedar', reasons: 'user', type_names: { 'urn:doc': 'Doc' }, log: 'sample:0.5', log_keep: { entries: 5000, days: 7 },
    log_mask: ['/context/token', '/resource/properties/price'], log_strict: true, secret: ['bonus', 'salary'],
  });

  // A test keeps that an open bill, which no rule is about, isn't read.
  await stage.call('POST', '/v1/policies/tests', { name: 'bills stay closed', request: { subject: { type: 'user', id: stage.users[0].id }, action: { name: 'read' }, resource: { type: 'bill', id: '1', properties: { status: 'open' } } }, expected: { decision: false } });
  const types = page.getByLabel('What types are called in rules');
  await types.fill('bill = invoice');
  await save.click();
  await page.getByRole('alert').getByText('bills stay closed').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  assert.deepEqual((await read()).type_names, { 'urn:doc': 'Doc' });
  await button(page, 'Save, though 1 test fails').click();
  await page.waitForFunction(() => document.querySelector('main button.primary')?.disabled);
  assert.deepEqual((await read()).type_names, { bill: 'invoice' });
  await stage.call('PUT', '/v1/decisions/settings?force=true', { log: 'all' });
  await page.context().close();
});
