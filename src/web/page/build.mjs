// Bundles source/ and static/ into dist/, or into the folder named on the command line. The same sources give the same
// bytes: the versions are fixed by package-lock.json, and nothing of the machine goes in.
import { build } from 'esbuild';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { app: 'source/main.tsx' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  banner: { js: '/* PACS Harvester, MIT License. Contains Preact: licences.txt. */' },
  charset: 'utf8',
  logLevel: 'warning',
});
for (const file of await readdir(join(here, 'static'))) await copyFile(join(here, 'static', file), join(out, file));
const licence = await readFile(join(here, 'node_modules/preact/LICENSE'), 'utf8');
await writeFile(join(out, 'licences.txt'), `app.js contains Preact (preactjs.com).\n\n${licence}`);
