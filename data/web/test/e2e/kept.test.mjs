// What people typed, picked or began is not lost: by a tab, by a second Enter, by whoever is quicker.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './fixture.mjs';

let stage;
before(async () => {
  stage = await start();
});
after(() => stage.close());
const kLong = { timeout: 60_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const inDialog = (page, name) => page.getByRole('dialog').getByRole('button', { name, exact: true });

test('kept: who goes on while another tenant is being shown arrives', kLong, async () => {
  const page = await stage.open({ key: stage.platform });
  await stage.show(page, '-/tenants');
  await button(page, 'Make a tenant').click();
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Globex');
  await inDialog(page, 'Make a tenant').click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await stage.show(page, 'example');
  // As soon as the other tenant is drawn the address changes again.
  await page.evaluate(() => new Promise((done) => {
    const seen = new MutationObserver(() => {
      if (document.querySelector('.switcher input')?.value !== 'Globex') return;
      seen.disconnect();
      location.hash = '#/-/tenants';
      done();
    });
    seen.observe(document.body, { subtree: true, childList: true, attributes: true });
    location.hash = '#/globex';
  }));
  await page.getByRole('heading', { name: 'Tenants', level: 1 }).waitFor();
  await page.context().close();
});

test('kept: a tenant that could not be read is asked for again, and not said to be none', kLong, async () => {
  const page = await stage.open({ key: stage.platform });
  await page.route(/\/v1\/tenants\?/, (route) => route.fulfill({ status: 503, json: { code: 'unavailable', message: 'Not now.' } }));
  await page.goto(`${stage.origin}/console/#/example`);
  await page.reload();
  await page.getByText('Not now.').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.unroute(/\/v1\/tenants\?/);
  await button(page, 'Try again').click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.context().close();
});
