// Tables of what the small functions of the console answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, queryText } from '../src/api';
import { parseEntity, parseSubject } from '../src/entity';
import { allPages, csv, jsonLines, kMostRows } from '../src/export';
import { differences, standings } from '../src/matrix';
import { changedFields } from '../src/pages/audit_list';
import { sides } from '../src/pages/compare';
import { draftOf, otherwise, over, settingsOf, wholeOf, wrongIn, wrongType } from '../src/pages/decision_draft';
import { objectOf } from '../src/pages/explain';
import { membersOf } from '../src/pages/group_paste';
import { endOf } from '../src/pages/mapping_changes';
import { viewQuery } from '../src/pages/mappings';
import { inOrder } from '../src/pages/policies';
import { namesIn } from '../src/pages/rule_form';
import { placeOf } from '../src/pages/schema';
import { stateOf } from '../src/pages/secrets';
import { browserName } from '../src/pages/sessions';
import { format, parse } from '../src/router';
import { howFar } from '../src/time';
import { curl, quoted } from '../src/ui/as_call';

test('routes', () => {
  const rows: [string, string[], Record<string, string>][] = [
    ['', [], {}],
    ['#/', [], {}],
    ['#/example', ['example'], {}],
    ['#/example/roles/on-call?tab=holders', ['example', 'roles', 'on-call'], { tab: 'holders' }],
    ['#/a%2Fb/x%20y', ['a/b', 'x y'], {}],
    ['#/a/%zz', ['a', '%zz'], {}],
    ['#/a?p=user%3A1&r=invoice%3A42', ['a'], { p: 'user:1', r: 'invoice:42' }],
  ];
  for (const [hash, segments, query] of rows) assert.deepEqual(parse(hash), { segments, query }, hash);
  for (const [, segments, query] of rows) assert.deepEqual(parse(format({ segments, query })), { segments, query });
  assert.equal(format({ segments: ['a'], query: { tab: '' } }), '#/a');
});

test('paths and queries of calls', () => {
  assert.equal(fill('/v1/entities/{type}/{id}', { type: 'a::b', id: 'x/y' }), '/v1/entities/a%3A%3Ab/x%2Fy');
  assert.equal(queryText({ limit: 2, cursor: undefined, q: '', force: true }), '?limit=2&force=true');
  assert.equal(queryText({}), '');
});

test('things as people write them', () => {
  const rows: [string, { type: string; id: string } | null][] = [
    ['invoice:42', { type: 'invoice', id: '42' }],
    ['app::invoice:42', { type: 'app::invoice', id: '42' }],
    ['docs/file:a:b', { type: 'docs/file', id: 'a:b' }],
    ['invoice', null],
    ['invoice:', null],
    [':42', null],
    ['', null],
  ];
  for (const [text, expected] of rows) assert.deepEqual(parseEntity(text), expected, text);
  assert.deepEqual(parseSubject('ann@example.com'), { type: 'user', id: 'ann@example.com' });
  assert.deepEqual(parseSubject('agent:helper'), { type: 'agent', id: 'helper' });
  assert.equal(parseSubject('  '), null);
});

test('how a role stands to permissions', () => {
  const one = (scope: string, implies: string[]) => ({ scope, implies, resource: '', action: '', name: '', description: null, risk: 'low' as const });
  const found = standings([one('a', ['b']), one('b', ['c', 'a']), one('c', []), one('d', [])], ['a', 'c']);
  assert.deepEqual(found.get('a'), { granted: true, impliedBy: [] });
  assert.deepEqual(found.get('b'), { granted: false, impliedBy: ['a'] });
  assert.deepEqual(found.get('c'), { granted: true, impliedBy: ['a'] });
  assert.deepEqual(found.get('d'), { granted: false, impliedBy: [] });
  assert.deepEqual(differences(['a', 'b'], ['b', 'c']), { added: ['c'], removed: ['a'] });
});

test('what an audit entry changed', () => {
  assert.deepEqual(changedFields({ a: 1, b: 'x', c: [1] }, { a: 1, b: 'y', d: true }), [['b', 'x', 'y'], ['c', '[1]', ''], ['d', '', 'true']]);
  assert.deepEqual(changedFields(undefined, null), []);
});

test('pasted people', () => {
  const id = '0197f3c4-2c6e-7f19-b2d3-7e4a0f5c8b61';
  assert.deepEqual(membersOf(`Ann <ann@Example.com>, bob@example.com\n"ann@example.com";nobody a@b@c @ ${id.toUpperCase()}`),
    [{ email: 'ann@example.com' }, { email: 'bob@example.com' }, { user_id: id }]);
});

test('a context is an object or nothing', () => {
  assert.equal(objectOf(' '), null);
  assert.deepEqual(objectOf('{"a":1}'), { a: 1 });
  for (const text of ['[1]', '1', '{', 'null']) assert.equal(objectOf(text), undefined, text);
});

test('policies by priority, the built-in last', () => {
  const policy = (id: string, priority: number | null) => ({ id, priority }) as never;
  assert.deepEqual(inOrder([policy('c', 0), policy('r', null), policy('b', 5), policy('a', 0)]).map((one: { id: string }) => one.id), ['b', 'a', 'c', 'r']);
});

test('how far off a time is', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(howFar('2026-01-04T01:00:00Z', now), 'in 3 days');
  assert.equal(howFar('2025-12-31T23:59:30Z', now), '30 seconds ago');
  assert.equal(howFar('nonsense', now), '');
});

test('calls for a shell', () => {
  assert.equal(quoted(`it's`), `'it'\\''s'`);
  assert.equal(curl('GET', 'http://h/v1/roles', null, undefined), `curl -sS 'http://h/v1/roles' \\\n  -H "Authorization: Bearer $REEVE_KEY"`);
});

test('what two have alone and together', () => {
  assert.deepEqual(sides(['b', 'a'], ['b', 'c']), { a: ['a'], both: ['b'], b: ['c'] });
});

test('a span is added to an end that is to come, else to now, and to none where there is none', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  const rows: [string | null, string | null][] = [
    ['2026-11-29T12:00:00.000Z', '2026-11-29T13:00:00.000Z'], ['2026-11-27T12:00:00.000Z', '2026-11-28T13:00:00.000Z'], [null, null],
  ];
  for (const [was, is] of rows) assert.equal(endOf({ expires_at: was }, { by: 3_600_000 }, now), is);
  assert.equal(endOf({ expires_at: null }, { at: null }, now), null);
  assert.equal(endOf({ expires_at: null }, { at: '2026-12-05T13:00:00.000Z' }, now), '2026-12-05T13:00:00.000Z');
});

test('what is asked for a view of the mappings', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  assert.deepEqual(viewQuery('expiring', now + 1), { state: 'active', expires_before: '2026-12-05T13:00:00.000Z' });
  assert.deepEqual(viewQuery('active', now), { state: 'active' });
  assert.deepEqual(viewQuery('all', now), {});
});

test('tables for spreadsheets', () => {
  assert.equal(csv(['a', 'b'], [{ a: 'x,"y"', b: null }, { a: '=1+1', b: { c: 1 } }]), 'a,b\r\n"x,""y""",\r\n\'=1+1,"{""c"":1}"\r\n');
  assert.equal(jsonLines([{ a: 1 }, 2]), '{"a":1}\n2\n');
});

test('a secret is valid to the millisecond before its end, and never once it was revoked', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  const rows: [string | null, string | null, string][] = [
    [null, null, 'valid'], [null, '2026-11-28T12:00:00.001Z', 'valid'], [null, '2026-11-28T12:00:00.000Z', 'expired'],
    ['2026-11-01T00:00:00.000Z', null, 'revoked'], ['2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z', 'revoked'],
  ];
  for (const [revoked_at, expires_at, state] of rows) assert.equal(stateOf({ revoked_at, expires_at }, now), state);
});

test('all pages of a list are read, up to as many rows as a browser holds; what fails is told', async () => {
  const page = (n: number, next: string | undefined) => ({ ok: true as const, data: { data: new Array<number>(n).fill(7), ...(next ? { next_cursor: next } : {}) }, etag: undefined, revision: undefined });
  const told: number[] = [];
  const whole = await allPages((cursor) => Promise.resolve(cursor ? page(1, undefined) : page(2, 'on')), (n) => told.push(n));
  assert.deepEqual([whole.rows, whole.complete, told], [[7, 7, 7], true, [2, 3]]);
  const endless = await allPages(() => Promise.resolve(page(kMostRows / 2, 'on')), () => {});
  assert.deepEqual([endless.rows.length, endless.complete], [kMostRows, false]);
  const failed = await allPages(() => Promise.resolve({ ok: false as const, fault: { code: 'internal' } as never }), () => {});
  assert.equal(failed.fault?.code, 'internal');
});

test('what browsers are called', () => {
  const rows: [string, string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36', 'Chrome, Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36 Edg/156.0', 'Edge, Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15', 'Safari, macOS'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox, Linux'],
    ['curl/8.0', 'curl/8.0'],
  ];
  for (const [agent, name] of rows) assert.equal(browserName(agent), name);
});

test('actions of a rule: names between commas, and what is being typed behind the last', () => {
  assert.deepEqual(namesIn(''), []);
  assert.deepEqual(namesIn('view'), ['view']);
  assert.deepEqual(namesIn('view, '), ['view', '']);
  assert.deepEqual(namesIn('view,, edit'), ['view', 'edit']);
  assert.deepEqual(namesIn(','), ['']);
});

test('where a schema is wrong, as the server says it', () => {
  assert.deepEqual(placeOf('schema:12:4: unexpected `ä`; names are ASCII\n 12 |   näme: Foo\n    |    ^'),
    { line: 12, column: 4, message: 'unexpected `ä`; names are ASCII', severity: 'error' });
  for (const text of [undefined, 'must be at most 1048576 bytes', 'policy_text:1:2: no']) assert.equal(placeOf(text), null, text);
});

test('settings of decisions: what is typed is what is sent', () => {
  const settings = wholeOf({
    on_error: 'cedar', reasons: 'admin', type_names: { 'urn:a=b': 'Doc', user: 'Person' }, log: 'sample:0.01', log_keep: { entries: 5, days: 2 },
    log_mask: ['/context', '/resource/properties/price'], log_strict: true, secret: ['salary'],
  });
  assert.deepEqual(settingsOf(draftOf(settings)), settings);
  assert.deepEqual(settingsOf(draftOf(wholeOf({}))), wholeOf({ log_keep: { entries: 100_000, days: 30 } }));
  const typed = { ...draftOf(wholeOf({})), masks: ' /context/a \n\n/context/b\n', secret: '\npay\n', types: 'doc=Doc\n a = b : c = X::Y ' };
  assert.deepEqual(settingsOf(typed).log_mask, ['/context/a', '/context/b']);
  assert.deepEqual(settingsOf(typed).secret, ['pay']);
  assert.deepEqual(settingsOf(typed).type_names, { doc: 'Doc', 'a = b : c': 'X::Y' });
  const rows: [string, string | undefined][] = [['', undefined], ['a = A\nb = B', undefined], ['a = A\nb', 'b'], ['= A', '= A'], ['a = A\n a = B', 'a = B']];
  for (const [text, line] of rows) assert.equal(wrongType(text), line, text);
});
test('settings of decisions: what one changed goes over what another saved', () => {
  const base = wholeOf({ log: 'all', secret: ['b', 'a'], type_names: { a: 'A', b: 'B' } });
  assert.deepEqual(otherwise(base, { ...base, secret: ['a', 'b', 'a'], type_names: { b: 'B', a: 'A' } }), []);
  const theirs = wholeOf({ ...base, log: 'off', log_strict: true });
  assert.deepEqual(over(base, { ...base, log: 'denied', secret: [] }, theirs), { ...theirs, log: 'denied', secret: [] });
  assert.deepEqual(over(base, base, theirs), theirs);
});
test('what is wrong in a list is told with its line', () => {
  const errors = [{ pointer: '/log_mask/1', message: 'no' }, { pointer: '/type_names/a~1b', message: 'no name' }, { pointer: '/secret', message: 'too many' }];
  const fault = { status: 400, code: '', message: '', errors, notices: [], conflicts: [], requestId: '' };
  assert.equal(wrongIn(fault, '/log_mask', ['/context', 'x']), 'x: no');
  assert.equal(wrongIn(fault, '/type_names'), 'a/b: no name');
  assert.equal(wrongIn(fault, '/secret', ['a']), 'too many');
  assert.equal(wrongIn(fault, '/log'), undefined);
  assert.equal(wrongIn(undefined, '/log'), undefined);
});
