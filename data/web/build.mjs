// Builds the console: node build.mjs OUT
//
// OUT is emptied and gets index.html, which names the rest, and files whose names have a hash of their bytes. The
// same source and lock file give the same bytes in any folder: nothing of a path, a time or a host goes into them.
// The editor is a chunk of its own, which pages of policies and the schema alone fetch, and pages that few look at are
// another.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));

// Every licence of what is bundled asks that its text go with copies.
function licences(inputs) {
  const names = new Set();
  for (const path of Object.keys(inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
    if (found) names.add(found[1]);
  }
  return [...names].sort().map((name) => {
    const folder = join(here, 'node_modules', name);
    const file = readdirSync(folder).find((f) => /^licen[sc]e/i.test(f));
    if (!file) throw new Error(`${name} has no licence file`);
    return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  }).join(`\n${'-'.repeat(72)}\n\n`);
}

function hashed(name, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return name.replace(/(\.[a-z]+)$/, `-${hash}$1`);
}

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  legalComments: 'none',
  // Packages are linked in; names of chunks are hashed of paths as well, which are then those beside the sources.
  preserveSymlinks: true,
  charset: 'utf8',
  logLevel: 'warning',
};
const style = await build({ ...common, entryPoints: ['src/style.css'], outdir: 'out', target: 'es2022' });
const script = await build({
  ...common,
  entryPoints: { console: 'src/main.tsx' },
  outdir: 'out',
  format: 'esm',
  splitting: true,
  target: 'es2022',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  jsx: 'automatic',
  jsxImportSource: 'preact',
});

const files = new Map();
for (const file of script.outputFiles) files.set(file.path.split('/').pop(), file.contents);
const entry = [...files.keys()].find((name) => name.startsWith('console-'));
// What the script begins with is asked for beside it, not after it.
const shared = Object.entries(script.metafile.outputs).find(([name]) => name.endsWith(entry))[1].imports
  .filter(({ kind }) => kind === 'import-statement').map(({ path }) => path.split('/').pop());
const modules = shared.map((name) => `<link rel="modulepreload" href="${name}">\n`).join('');
const css = hashed('style.css', style.outputFiles[0].contents);
files.set(css, style.outputFiles[0].contents);
const licence = Buffer.from(licences(script.metafile.inputs));
const licenceName = hashed('licences.txt', licence);
files.set(licenceName, licence);
const icon = readFileSync(join(here, 'src/icon.svg'));
const iconName = hashed('icon.svg', icon);
files.set(iconName, icon);
const page = readFileSync(join(here, 'src/index.html'), 'utf8')
  .replace('STYLE', css).replace('MODULES', modules).replace('SCRIPT', entry).replace('LICENCES', licenceName).replace('ICON', iconName);
files.set('index.html', Buffer.from(page));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [name, bytes] of files) writeFileSync(join(out, name), bytes);
