// Writes the types of our own calls: node openapi.mjs OUT
//
// The document is put together of its parts as the server's build does it (lib/dialects/openapi_document.cpp), but
// only of those calls that the console makes, so that the types are made in a second. tsc then fails where a page
// reads what no call answers.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const parts = join(here, '../openapi');

function merge(to, from) {
  for (const [name, value] of Object.entries(from)) {
    const both = typeof to[name] === 'object' && typeof value === 'object' && !Array.isArray(value);
    if (both) merge(to[name], value);
    else to[name] = value;
  }
  return to;
}

const document = {};
for (const name of readdirSync(parts).sort()) {
  if (name.endsWith('.json')) merge(document, JSON.parse(readFileSync(join(parts, name), 'utf8')));
}
// Service users are the only things that /v1 has no list of.
const kept = (path) => !path.startsWith('/v1beta1') || path.includes('/serviceusers');
document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => kept(path)));

mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, astToString(await openapiTS(document, { emptyObjectsUnknown: true, defaultNonNullable: false })));
