// Who follows the address: all are told of each, and whether a page may be left is asked once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amend, askBeforeLeaving, currentRoute, follow, format, type Route } from '../src/router';

// As much of a browser as the router asks for; events come when it is said.
const page = new EventTarget();
const place = { hash: '#/example/roles' };
Object.assign(globalThis, {
  window: page, location: place,
  history: { replaceState: (_state: null, _title: string, address: string) => { place.hash = address; } },
});
const go = (hash: string): void => {
  place.hash = hash;
};
const event = (): boolean => page.dispatchEvent(new Event('hashchange'));

test('an address that changes before its event is told then, to whoever began to follow meanwhile too', () => {
  assert.equal(format(currentRoute()), '#/example/roles');
  const told: string[] = [];
  const hear = (name: string) => (route: Route): void => void told.push(`${name} ${format(route)}`);
  const stop = follow(hear('a'));
  go('#/globex');
  event();
  // What is drawn now begins with this one; the next comes before it follows.
  assert.equal(format(currentRoute()), '#/globex');
  go('#/-/tenants');
  event();
  const stopOther = follow(hear('b'));
  go('#/example');
  event();
  assert.deepEqual(told, ['a #/example/roles', 'a #/globex', 'a #/-/tenants', 'b #/-/tenants', 'a #/example', 'b #/example']);
  stop();
  stopOther();
});

test('leaving is asked about once, however many follow; who stays keeps the address', () => {
  const told: string[] = [];
  const stops = [0, 1, 2].map(() => follow((route) => void told.push(format(route))));
  told.splice(0);
  let asked = 0;
  let may = false;
  askBeforeLeaving(() => {
    asked++;
    return may;
  });
  go('#/example/groups');
  event();
  assert.deepEqual([asked, told, place.hash], [1, [], '#/example']);
  may = true;
  go('#/example/groups');
  event();
  assert.deepEqual([asked, told], [2, ['#/example/groups', '#/example/groups', '#/example/groups']]);
  // A query that is changed leaves nothing.
  amend({ tab: 'roles' });
  assert.deepEqual([asked, told.length, place.hash], [2, 6, '#/example/groups?tab=roles']);
  askBeforeLeaving(null);
  stops.forEach((stop) => stop());
});
