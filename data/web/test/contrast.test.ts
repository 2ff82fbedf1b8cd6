// The contrast of every pair of colours that is used, light and dark, as WCAG 2.2 computes it: text at least 4.5,
// lines of controls and marks at least 3.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(`${process.env['WEB']}/src/tokens.css`, 'utf8');
const tokens = new Map([...css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(([, name, light, dark]) => [name ?? '', [light ?? '', dark ?? '']]));

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}
function contrast(one: string, other: string): number {
  const [more, less] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (more + 0.05) / (less + 0.05);
}

const kGrounds = ['ground', 'raised', 'sunken', 'marked'];
const kTinted = ['good-ground', 'warn-ground', 'bad-ground'];
const kText: [string, string[]][] = [
  ['text', [...kGrounds, ...kTinted]],
  ['quiet', [...kGrounds, ...kTinted]],
  ['accent', [...kGrounds, ...kTinted]],
  ['good', ['ground', 'good-ground']],
  ['warn', ['ground', 'warn-ground']],
  ['bad', ['ground', 'bad-ground']],
  ['on-accent', ['accent']],
];
const kMarks: [string, string[]][] = [['edge', ['ground', 'raised']], ['accent', kGrounds], ['bad', ['ground']]];

test('the colours of tokens.css are read', () => {
  assert.ok(tokens.size > 15);
  for (const [name, [light, dark]] of tokens) assert.notEqual(light, dark, name);
});
for (const [least, pairs] of [[4.5, kText], [3, kMarks]] as [number, [string, string[]][]][]) {
  for (const [front, grounds] of pairs) {
    for (const ground of grounds) {
      test(`${front} on ${ground} has a contrast of at least ${least}`, () => {
        for (const theme of [0, 1]) {
          const got = contrast(tokens.get(front)?.[theme] ?? '', tokens.get(ground)?.[theme] ?? '');
          assert.ok(got >= least, `${theme === 0 ? 'light' : 'dark'}: ${got.toFixed(2)}`);
        }
      });
    }
  }
}
