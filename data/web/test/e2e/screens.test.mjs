// Every screen, in light, dark and forced colours: nothing that axe finds wrong, no sideways scrolling at 320 px, and
// nothing that breaks the content policy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { button, screens, staged } from './fixture.mjs';

const stage = staged();

const kThemes = [['light', {}], ['dark', { theme: 'dark' }], ['forced colours', { forced: true }]];
// One theme is enough for each change; before a release all are looked at.
const themes = process.env.THEMES === 'all' ? kThemes : kThemes.slice(0, 1);

// Every screen, or those whose address is wanted, as whoever looks at it sees it.
async function each(options, look, isWanted = () => true) {
  for (const [key, addresses] of screens(stage)) {
    const page = await stage.open({ ...options, key });
    for (const address of addresses.filter(isWanted)) {
      await stage.show(page, address);
      await look(page, address);
    }
    await page.context().close();
  }
}

for (const [name, options] of themes) {
  test(`screens: ${name}: axe finds nothing`, { timeout: 300_000 }, async () => {
    const page = await stage.open({ ...options, key: null });
    assert.deepEqual(await stage.faults(page), [], 'log-in');
    await page.context().close();
    await each(options, async (shown, address) => assert.deepEqual(await stage.faults(shown), [], address));
  });
}

test('screens: the dialogs: axe finds nothing', { timeout: 120_000 }, async () => {
  const page = await stage.open();
  const dialogs = [
    ['roles', 'Make a role'], ['roles/example', 'Remove the role'], ['roles/example?tab=holders', 'Give it to a group'],
    [`groups/${stage.engineering}`, 'Add a person'], [`groups/${stage.engineering}`, 'Add many'], ['people', 'Add a person'],
    ['mappings', 'Give a role'], ['keys', 'Make a key'], ['policies', 'Make a policy'], [`policies/${stage.policy}`, 'Add a rule'],
  ];
  for (const [screen, name] of dialogs) {
    await stage.show(page, `example/${screen}`);
    await button(page, name).click();
    await stage.settle(page);
    assert.deepEqual(await stage.faults(page), [], name);
    await page.keyboard.press('Escape');
  }
  await page.context().close();
});

test('screens: at 320 px nothing scrolls sideways but lists', { timeout: 120_000 }, async () => {
  await each({ width: 320, height: 640 }, async (page, address) => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${address}: ${wide} px too wide`);
  });
});

test('screens: with text twice as large nothing scrolls sideways but lists, and rows have room', { timeout: 120_000 }, async () => {
  await each({ width: 1280, height: 800 }, async (page, address) => {
    const found = await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
      const row = document.querySelector('[data-row]');
      return { wide: document.documentElement.scrollWidth - window.innerWidth, cut: row ? row.scrollHeight - row.clientHeight : 0 };
    });
    assert.ok(found.wide <= 0, `${address}: ${found.wide} px too wide`);
    assert.ok(found.cut <= 1, `${address}: rows are cut by ${found.cut} px`);
  });
});

test('screens: in the pseudo-locale all that is said is marked', { timeout: 120_000 }, async () => {
  // On others are names, which are as they were given.
  const own = new Set(['', 'roles', 'groups', 'people', 'keys', 'explain', 'policies', 'tests', 'activity', 'settings'].map((part) => `example/${part}`));
  await each({ locale: 'en-XA' }, async (page, address) => {
    const bare = await page.evaluate(() => [...document.querySelectorAll('h1, h2, label, dt, [role=tab], [role=columnheader], thead th, nav a, main button')]
      .map((one) => one.textContent).filter((text) => text && !text.includes('⟦')));
    assert.deepEqual(bare, [], address);
  }, (address) => own.has(address) || address.startsWith('-/'));
});
