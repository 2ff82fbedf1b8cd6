// What the access map shows of a row, and in which order rows stand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schemas } from '../src/api';
import { cellOf, ordered } from '../src/pages/map';

type Row = Schemas['AccessMapRow'];
const row = (name: string, has: Partial<Row>): Row => ({
  type: 'user', id: name, name, direct: [], through_groups: [], on_things: [], timed: [], ...has,
});

test('cells of the map', () => {
  const one = row('Ann', { direct: ['a', 'b'], through_groups: ['b', 'c'], on_things: ['d'], timed: ['a', 'd'] });
  const rows: [string, string | null, string | null][] = [
    ['a', '● ends', 'held directly, ends'], ['b', '●', 'directly and through a group'], ['c', '○', 'through a group'],
    ['d', '◇ ends', 'on single things only, ends'], ['e', null, null],
  ];
  for (const [column, mark, text] of rows) {
    const cell = cellOf(one, column);
    assert.deepEqual([cell?.mark ?? null, cell?.text ?? null], [mark, text], column);
  }
});

test('orders of the map', () => {
  const columns: Schemas['AccessMap']['columns'] = [
    { column: 'boss', name: 'Boss', risk: 'admin' }, { column: 'read', name: 'Read', risk: 'low' }, { column: 'write', name: 'Write', risk: 'high' },
  ];
  const rows = [
    row('none', {}), row('reader', { direct: ['read'] }), row('writer', { through_groups: ['write'] }),
    row('other', { direct: ['read'] }), row('boss', { on_things: ['boss'] }),
  ];
  const names = (order: string): string => ordered(rows, columns, order).map((one) => one.name).join(' ');
  assert.equal(names(''), 'none reader writer other boss');
  assert.equal(names('risk'), 'boss writer reader other none');
  // Those who are like nobody else stand out at the end, the most dangerous first.
  assert.equal(names('alike'), 'reader other boss writer none');
});
