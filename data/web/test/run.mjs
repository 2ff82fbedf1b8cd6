// Runs the units: each test/*.test.ts is bundled as the console is, into a folder that is thrown away, and given to node:test.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const tests = readdirSync(here).filter((name) => name.endsWith('.test.ts'));
const out = mkdtempSync(join(tmpdir(), 'console-units-'));
await build({
  absWorkingDir: join(here, '..'), entryPoints: tests.map((name) => join('test', name)), outdir: out, bundle: true,
  platform: 'node', format: 'esm', outExtension: { '.js': '.mjs' }, logLevel: 'warning',
  // Times and words are told as a browser of that language would.
  banner: { js: "Object.defineProperty(globalThis, 'navigator', { value: { language: 'en' }, configurable: true });" },
  define: { 'process.env.WEB': JSON.stringify(join(here, '..')) },
});
const run = spawnSync(process.execPath, ['--test', '--test-reporter=dot', ...tests.map((name) => join(out, name.replace(/ts$/, 'mjs')))], { stdio: 'inherit' });
rmSync(out, { recursive: true });
console.log(run.status === 0 ? 'ok: console units' : 'FAILED: console units');
process.exit(run.status ?? 1);
