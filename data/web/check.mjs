// Holds what was built against what is committed and against its budgets: node check.mjs BUILT DIST
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

// Kilobytes of gzip: the scripts and the style that the first page fetches, what rare pages and the editor do, and
// what is embedded in the server.
const kBudgets = [['(console|chunk)-*.js', 60], ['rare-*.js', 20], ['style-*.css', 8], ['editor-*.js', 125], ['*', 250]];
// Requests of the first page: the page, its style, its two scripts, its icon, and whether there is a session.
const kRequests = 6;

const [built, dist] = process.argv.slice(2);
const files = (folder) => readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name))]);
let failed = false;
const fail = (text) => {
  failed = true;
  console.error(`console: ${text}`);
};

const [made, kept] = [new Map(files(built)), new Map(files(dist))];
for (const [name, bytes] of made) {
  if (!kept.has(name)) fail(`${name} is not in data/web/dist; run make web`);
  else if (!kept.get(name).equals(bytes)) fail(`data/web/dist/${name} is not what the source gives; run make web`);
}
for (const name of kept.keys()) if (!made.has(name)) fail(`data/web/dist/${name} is of an older build; run make web`);

for (const [pattern, most] of kBudgets) {
  const names = new RegExp(`^${pattern.replace('.', '\\.').replace('*', '.*')}$`);
  const size = [...made].filter(([name]) => names.test(name))
    .reduce((sum, [, bytes]) => sum + gzipSync(bytes, { level: 9 }).length, 0);
  const text = `${pattern} ${(size / 1024).toFixed(1)} of ${most} KB`;
  if (size > most * 1024) fail(text);
  else console.log(`console: ${text}`);
}

const page = made.get('index.html')?.toString() ?? '';
const fetched = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]);
if (fetched.length + 2 > kRequests) fail(`the first page fetches ${fetched.length + 2} files`);
for (const name of fetched) if (!made.has(name)) fail(`index.html names ${name}, which isn't there`);
if (/<style|<script(?![^>]* src=)|\sstyle=|\son\w+=|https?:/.test(page)) fail('index.html has something inline, or of another host');
console.log(failed ? 'FAILED: console build' : 'ok: console build');
process.exit(failed ? 1 : 0);
