// A tenant that many people are in. CROWD names the program that puts them there; PEOPLE and MAPPINGS say how many,
// 10,000 and 100,000 where nothing is said.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { staged } from './fixture.mjs';

const people = Number(process.env.PEOPLE || 10_000);
const mappings = Number(process.env.MAPPINGS || 100_000);
const rounds = 5;

const stage = staged(({ restart }) => restart((store) => {
  const program = resolve(process.env.CROWD ?? 'build/release/bench-console');
  const begun = Date.now();
  execFileSync(program, ['fill', store, 'example', String(people), String(mappings)], { stdio: 'inherit' });
  console.log(`crowd: ${people} people and ${mappings} mappings were written in ${Date.now() - begun} ms`);
}));

// The best of some rounds: other programs take their turns meanwhile. `ask` may say itself how long it took.
async function best(what, goal, ask) {
  const taken = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    const own = await ask();
    taken.push(typeof own === 'number' ? own : performance.now() - begun);
  }
  const least = Math.min(...taken);
  console.log(`crowd: ${what}: ${taken.map((ms) => ms.toFixed(1)).join(' ')} ms, wanted ${goal}`);
  assert.ok(least <= goal, `${what}: ${least} ms`);
}

test('crowd: calls of the server', { timeout: 60_000 }, async () => {
  const overview = await stage.call('GET', '/v1/overview');
  assert.ok(overview.people >= people && overview.mappings.total >= mappings);
  assert.ok(overview.mappings.exact && overview.roles.complete && overview.keys.complete);
  assert.equal(overview.mappings.active + overview.mappings.future + overview.mappings.expired, overview.mappings.total);
  // Beside what a call itself takes.
  await best('overview, over HTTP', 35, () => stage.call('GET', '/v1/overview'));
  for (const q of ['lovelace', 'ada', 'a']) await best(`search for ${q}, over HTTP`, 15, () => stage.call('GET', `/v1/search?q=${q}`));
});

test('crowd: the list of people can be used soon, and is found in', { timeout: 120_000 }, async () => {
  const page = await stage.open();
  const row = page.locator('[data-row="0"] a');
  await best('people on screen', 500, async () => {
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await stage.settle(page);
    const begun = performance.now();
    await page.getByRole('link', { name: 'People', exact: true }).click();
    await row.waitFor();
    return performance.now() - begun;
  });
  // The last who was made, whom nobody scrolls to.
  await page.getByLabel('Name or e-mail address').fill(`.${people - 1}@crowd`);
  await page.getByText('Nothing found.').waitFor();
  await page.getByLabel('Name or e-mail address').fill(`wirth ${people - 1}`);
  await page.getByRole('link', { name: `Tim Wirth ${people - 1}` }).waitFor();
  await page.context().close();
});

test('crowd: scrolling has no gaps, and few rows are in the document', { timeout: 120_000 }, async () => {
  const page = await stage.open();
  for (const screen of ['people', 'map']) {
    await stage.show(page, `example/${screen}`);
    await page.locator('[data-row="0"]').focus();
    // The row that has the focus.
    const last = async () => {
      const row = await page.evaluate(() => Number(document.activeElement.dataset.row));
      assert.ok(Number.isInteger(row), `${screen}: no row has the focus`);
      return row;
    };
    for (let pages = 1; pages <= 8; pages++) {
      const before = await last();
      // The key leads to the last row that was read, and what is behind that may be on its way.
      while (await last() <= before) {
        await page.keyboard.press('End');
        await page.waitForFunction(() => !document.querySelector('.grid[aria-busy]'));
      }
      await page.waitForFunction(() => !document.querySelector('.grid[aria-busy]'));
    }
    // A gap is where no row is after six frames, a tenth of a second where nothing else runs.
    const found = await page.evaluate(async () => {
      const grid = document.querySelector('.grid');
      const end = Math.min(grid.scrollHeight - grid.clientHeight, 60_000);
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const isFilled = () => {
        const { left, bottom } = grid.getBoundingClientRect();
        const from = grid.querySelector('.grid-head').getBoundingClientRect().bottom;
        const to = Math.min(bottom, innerHeight) - 30;
        return [from + 10, (from + to) / 2, to].every((y) => document.elementFromPoint(left + 40, y)?.closest('[data-row]'));
      };
      let bad = 0;
      for (let top = 0; top < end; top += 611) {
        grid.scrollTop = top;
        let frames = 0;
        do await frame(); while (++frames < 6 && !isFilled());
        if (!isFilled()) bad++;
      }
      return { bad, end, rows: document.querySelectorAll('[data-row]').length };
    });
    console.log(`crowd: ${screen}: ${found.bad} gaps in ${found.end} px, ${found.rows} rows in the document`);
    assert.equal(found.bad, 0, screen);
    assert.ok(found.end > 10_000 && found.rows < 60, `${found.end} px, ${found.rows} rows`);
  }
  await page.context().close();
});
