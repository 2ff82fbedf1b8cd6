// That all that is said comes from the one table of texts: no page has words of its own, and the pseudo-locale
// reaches every sentence.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRequire } from 'node:module';
import type * as Typescript from 'typescript';
import { pseudo, t } from '../src/text';

const ts = createRequire(`${process.env['WEB']}/package.json`)('typescript') as typeof Typescript;
const src = `${process.env['WEB']}/src`;
const kSaid = new Set(['label', 'title', 'placeholder', 'aria-label', 'alt', 'hint', 'text']);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : /\.tsx$/.test(entry.name) ? [path] : [];
  });
}
// Words of a file that are said as they stand: text between tags, and attributes that are read out.
function ownWords(name: string, text: string): string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: Typescript.Node): void => {
    if (ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text)) found.push(node.text.trim());
    if (ts.isJsxAttribute(node) && kSaid.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer)) {
      found.push(`${node.name.getText()}="${node.initializer.text}"`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test('words of a page itself are found', () => {
  assert.deepEqual(ownWords('a.tsx', '<p title="Hello">Some words {t.a} · </p>'), ['title="Hello"', 'Some words']);
});
test('no page has words of its own', () => {
  for (const path of sources(src)) assert.deepEqual(ownWords(path, readFileSync(path, 'utf8')), [], path);
});
test('the pseudo-locale marks every text, and what functions say', () => {
  const marked = pseudo(t);
  let count = 0;
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'object') for (const [key, one] of Object.entries(value as object)) walk(one, `${path}.${key}`);
    else {
      count++;
      const said = typeof value === 'function' ? String(value('a', [], 1)) : String(value);
      assert.match(said, /^⟦.+·+⟧$/s, path);
    }
  };
  walk(marked, 't');
  assert.ok(count > 300);
});
test('sentences have no exclamation marks, no double spaces, and no straight apostrophes', () => {
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') assert.doesNotMatch(value, /!|  |'/, path);
    else if (typeof value === 'object') for (const [key, one] of Object.entries(value as object)) walk(one, `${path}.${key}`);
  };
  walk(t, 't');
});
