// What no source of the console does, each with the one place that may.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';

const src = `${process.env['WEB']}/src`;
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const kRows: [string, RegExp, string[]][] = [
  ['calls are made in one place', /\bfetch\(/, ['api.ts']],
  ['nothing but the look is stored', /localStorage|sessionStorage|indexedDB/, ['look.ts']],
  ['no cookie is read or written', /document\.cookie/, []],
  ['no text becomes markup or code', /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|document\.write|\beval\(|new Function/, []],
  ['no credential is sent but the cookie', /Authorization['"]?\s*:|X-API-Key/i, ['session.ts', 'ui/as_call.tsx']],
  ['nothing is logged', /console\.(log|info|warn|error|debug)/, []],
  ['no other host is named', /https?:\/\//, []],
];
for (const [what, pattern, places] of kRows) {
  test(what, () => {
    const found = sources(src).filter((path) => pattern.test(readFileSync(path, 'utf8'))).map((path) => relative(src, path));
    assert.deepEqual(found.filter((path) => !places.includes(path)), []);
  });
}
test('files are of a size to be read at once', () => {
  for (const path of sources(src)) {
    assert.ok(readFileSync(path, 'utf8').split('\n').length <= 300, path);
  }
});
