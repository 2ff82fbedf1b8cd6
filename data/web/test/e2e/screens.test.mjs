// Every screen, in light, dark and forced colours: nothing that axe finds wrong, no sideways scrolling at 320 px, and
// nothing that breaks the content policy.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { screens, start } from './fixture.mjs';

let stage;
before(async () => {
  stage = await start();
});
after(() => stage.close());

const kThemes = [['light', {}], ['dark', { theme: 'dark' }], ['forced colours', { forced: true }]];
// One theme is enough for each change; before a release all are looked at.
const themes = process.env.THEMES === 'all' ? kThemes : kThemes.slice(0, 1);

for (const [name, options] of themes) {
  test(`screens: ${name}: axe finds nothing`, { timeout: 300_000 }, async () => {
    const page = await stage.open({ ...options, key: null });
    assert.deepEqual(await stage.faults(page), [], 'log-in');
    await stage.logIn(page, stage.key);
    for (const screen of screens(stage)) {
      await stage.show(page, `example/${screen}`);
      assert.deepEqual(await stage.faults(page), [], screen);
    }
    await page.context().close();
  });
}

test('screens: the dialogs: axe finds nothing', { timeout: 120_000 }, async () => {
  const page = await stage.open();
  const dialogs = [
    ['roles', 'Make a role'], ['roles/example', 'Remove the role'], ['roles/example?tab=holders', 'Give it to a group'],
    [`groups/${stage.engineering}`, 'Add a person'], [`groups/${stage.engineering}`, 'Add many'], ['people', 'Add a person'],
    ['mappings', 'Give a role'], ['keys', 'Make a key'], ['policies', 'Make a policy'], [`policies/${stage.policy}`, 'Add a rule'],
  ];
  for (const [screen, button] of dialogs) {
    await stage.show(page, `example/${screen}`);
    await page.getByRole('button', { name: button, exact: true }).click();
    await stage.settle(page);
    assert.deepEqual(await stage.faults(page), [], button);
    await page.keyboard.press('Escape');
  }
  await page.context().close();
});

test('screens: at 320 px nothing scrolls sideways but lists', { timeout: 120_000 }, async () => {
  const page = await stage.open({ width: 320, height: 640 });
  for (const screen of screens(stage)) {
    await stage.show(page, `example/${screen}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${screen}: ${wide} px too wide`);
  }
  await page.context().close();
});

test('screens: with text twice as large nothing scrolls sideways but lists, and rows have room', { timeout: 120_000 }, async () => {
  const page = await stage.open({ width: 1280, height: 800 });
  for (const screen of screens(stage)) {
    await stage.show(page, `example/${screen}`);
    const found = await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
      const row = document.querySelector('[data-row]');
      return { wide: document.documentElement.scrollWidth - window.innerWidth, cut: row ? row.scrollHeight - row.clientHeight : 0 };
    });
    assert.ok(found.wide <= 0, `${screen}: ${found.wide} px too wide`);
    assert.ok(found.cut <= 1, `${screen}: rows are cut by ${found.cut} px`);
  }
  await page.context().close();
});

test('screens: in the pseudo-locale all that is said is marked', { timeout: 120_000 }, async () => {
  const page = await stage.open({ locale: 'en-XA', key: null });
  await stage.logIn(page, stage.key);
  for (const screen of ['', 'roles', 'groups', 'people', 'keys', 'explain', 'policies', 'tests', 'activity', 'settings']) {
    await stage.show(page, `example/${screen}`);
    const bare = await page.evaluate(() => [...document.querySelectorAll('h1, h2, label, [role=tab], [role=columnheader], thead th, nav a, main button')]
      .map((one) => one.textContent).filter((text) => text && !text.includes('⟦')));
    assert.deepEqual(bare, [], screen);
  }
  await page.context().close();
});

test('screens: nothing broke the content policy, failed, or went to another host', () => {
  assert.deepEqual(stage.violations, []);
});
