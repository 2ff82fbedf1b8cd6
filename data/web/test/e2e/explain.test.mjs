// A denial is explained and fixed, in a few clicks; what if; nobody of that name; and a fix that isn't the caller's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { button, kLong, staged } from './fixture.mjs';

let ada;
const stage = staged(({ users }) => {
  ada = users.find((one) => one.name === 'Ada Lovelace');
});
const kMostClicks = 6;
const verdict = (page) => page.locator('.verdict');

test('explain: a denial is explained and fixed in at most six clicks, seen anew, and undone', kLong, async () => {
  const page = await stage.open();
  let clicks = 0;
  const click = async (what) => {
    clicks++;
    await what.click();
  };
  await click(page.getByRole('link', { name: 'Explain', exact: true }));
  await page.getByRole('combobox', { name: 'Who', exact: true }).fill('Ada');
  await click(page.getByRole('option', { name: /Ada Lovelace/ }));
  await page.getByLabel('Action', { exact: true }).fill('read');
  await page.getByLabel('On', { exact: true }).fill('invoice:42');
  await click(button(page, 'Explain'));
  await verdict(page).getByText('Denied').waitFor();
  await click(page.getByRole('button', { name: 'Look at the impact and apply: Set status of invoice/42 to "open".' }));
  const sheet = page.getByRole('dialog');
  await sheet.getByText('Decisions that would turn').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await click(sheet.getByRole('button', { name: /^Save: \d+ decisions? turns?$/ }));
  await verdict(page).getByText('Allowed').waitFor();
  assert.ok(clicks <= kMostClicks, `${clicks} clicks`);
  assert.equal((await stage.call('GET', '/v1/entities/invoice/42')).attrs.status, 'open');

  await page.getByText('The change is made.').first().waitFor();
  await button(page, 'Undo').click();
  await sheet.getByRole('button', { name: 'Undo it' }).click();
  await page.getByText('It is undone.').first().waitFor();
  await verdict(page).getByText('Denied').waitFor();
  assert.equal((await stage.call('GET', '/v1/entities/invoice/42')).attrs.status, 'closed');
  await page.context().close();
});

test('explain: what if somebody had a role; the question is in the address', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, `example/explain?p=user%3A${ada.id}&a=approve&r=requests%3A7`);
  await verdict(page).getByText('Denied').waitFor();
  await page.getByText('More of the question, and what if').click();
  await page.getByRole('combobox', { name: 'Had the role', exact: true }).fill('Approver');
  await page.getByRole('option', { name: /^Approver/ }).click();
  await button(page, 'Explain').click();
  await verdict(page).getByText('With that, Ada Lovelace may approve').waitFor();
  assert.equal(await page.getByRole('button', { name: /Look at the impact and apply/ }).count(), 0);
  assert.deepEqual(await stage.faults(page), []);
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await verdict(page).getByText('With that, Ada Lovelace may approve').waitFor();
  await page.context().close();
});

test('explain: somebody whom nobody knows is answered with names that are near', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/explain?p=user%3AAda%20Lovelacy&a=read&r=invoice%3A42');
  await page.getByText('Nobody here is known as Ada Lovelacy.').waitFor();
  await page.getByRole('button', { name: /^Ada Lovelace/ }).click();
  await verdict(page).getByText('Ada Lovelace may not read').waitFor();
  await page.context().close();
});

test('explain: a fix that the caller may not make is refused in place, with the notice', kLong, async () => {
  const { raw_key: key } = await stage.call('POST', '/v1/api-keys', { name: 'helpdesk', scopes: ['organization:get', 'organization:grouplist', 'organization:decide'] });
  const page = await stage.open({ key });
  await stage.show(page, `example/explain?p=user%3A${ada.id}&a=approve&r=requests%3A7`);
  await page.getByRole('button', { name: /Look at the impact and apply: Give Ada Lovelace role approver/ }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByText("You can't give permissions that you don't hold yourself.").waitFor();
  assert.ok(await sheet.locator('button[type=submit]').isDisabled());
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});
