// What a page that reads a list is given, drawing by drawing: nothing of another list, and nothing taken away while
// the same is read again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { h, render } from 'preact';
import type { Answer } from '../src/api';
import { usePages, type Pages } from '../src/load';

// As much of a browser as hooks ask for: what is drawn here is nothing.
const place = { nodeType: 1, childNodes: [], firstChild: null, namespaceURI: 'x' } as unknown as HTMLElement;
Object.assign(globalThis, { window: new EventTarget() });

interface Asked {
  of: string;
  cursor: string | undefined;
  answer: (data: string[], next?: string) => Promise<void>;
  fail: () => Promise<void>;
}
const turn = (): Promise<void> => new Promise((done) => setTimeout(done, 120));
// A list that is shown for one word after the other, what it asked for, and all that it was given.
function shown() {
  const asked: Asked[] = [];
  const given: { of: string; pages: Pages<string> }[] = [];
  function List({ of }: { of: string }) {
    const pages = usePages<string>((cursor) => new Promise<Answer<{ data: string[]; next_cursor?: string }>>((done) => {
      const say = (answer: object): Promise<void> => {
        done(answer as Answer<{ data: string[] }>);
        return turn();
      };
      asked.push({
        of, cursor,
        answer: (data, next) => say({ ok: true, data: { data, ...(next ? { next_cursor: next } : {}) } }),
        fail: () => say({ ok: false, fault: { status: 500, code: 'internal' } }),
      });
    }), [of]);
    given.push({ of, pages });
    return null;
  }
  const show = (of: string): Promise<void> => {
    render(h(List, { of }), place);
    return turn();
  };
  const last = (): Pages<string> => {
    const end = given[given.length - 1];
    assert.ok(end);
    return end.pages;
  };
  return { asked, given, show, last };
}

test('another list is never given the rows of the one before, not even while it has not been asked for', async () => {
  const { asked, given, show, last } = shown();
  await show('a');
  await asked[0]?.answer(['a1', 'a2']);
  assert.deepEqual(last().rows, ['a1', 'a2']);
  await show('b');
  await asked[1]?.answer(['b1'], 'next');
  assert.deepEqual([last().rows, last().complete], [['b1'], false]);
  last().more();
  await turn();
  assert.equal(asked[2]?.cursor, 'next');
  // What comes when something else is shown is nobody's.
  await show('c');
  await asked[2]?.answer(['b2']);
  await asked[3]?.answer(['c1']);
  assert.deepEqual([last().rows, last().complete], [['c1'], true]);
  for (const { of, pages } of given) {
    for (const row of pages.rows) assert.equal(row[0], of);
    if (pages.rows.length === 0) assert.deepEqual([pages.loading, pages.complete], [true, false]);
  }
  await show('');
});

test('while a list is read again its rows stay; a page that is empty and goes on is followed by the next', async () => {
  const { asked, given, show, last } = shown();
  await show('d');
  await asked[0]?.answer([], 'on');
  assert.equal(asked[1]?.cursor, 'on');
  await asked[1]?.answer(['d1'], 'further');
  last().reload();
  await turn();
  const from = given.length;
  assert.deepEqual([last().rows, last().loading, last().complete], [['d1'], true, false]);
  assert.equal(asked[2]?.cursor, undefined);
  await asked[2]?.answer(['d0', 'd1']);
  assert.deepEqual([last().rows, last().loading, last().complete], [['d0', 'd1'], false, true]);
  assert.ok(given.slice(from).every(({ pages }) => pages.rows.length > 0));
  last().reload();
  await turn();
  await asked[3]?.fail();
  assert.deepEqual([last().rows, last().fault?.code, last().loading], [[], 'internal', false]);
});
