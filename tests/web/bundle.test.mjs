// The built page in the repository is what its sources give, names no other host, and its sources are sound.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const page = join(dirname(fileURLToPath(import.meta.url)), '../../src/web/page');
const run = promisify(execFile);

const filesOf = async (folder) =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(folder)).sort().map(async (name) => [name, await readFile(join(folder, name), 'utf8')]),
    ),
  );

test('dist is what the sources give: after a change, `npm run build` in src/web/page and commit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'harvester-dist-'));
  try {
    await run(process.execPath, [join(page, 'build.mjs'), folder]);
    const [built, kept] = [await filesOf(folder), await filesOf(join(page, 'dist'))];
    assert.deepEqual(Object.keys(built), Object.keys(kept));
    for (const name of Object.keys(built)) assert.ok(built[name] === kept[name], `${name} differs`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the built page is small, and names no host and no inline style or script', async () => {
  const files = await filesOf(join(page, 'dist'));
  const known = [
    'http://www.w3.org/2000/svg',
    'http://www.w3.org/1999/xhtml',
    'http://www.w3.org/1998/Math/MathML',
    'http://localhost',
  ];
  for (const [name, text] of Object.entries(files)) {
    const hosts = (text.match(/(https?:)?\/\/[a-z0-9.-]+[a-z0-9/.-]*/gi) ?? []).filter(
      (each) => /^https?:/.test(each) && !known.some((one) => each.startsWith(one)),
    );
    assert.deepEqual(hosts, [], name);
    assert.doesNotMatch(text, /\beval\(|new Function\(/, name);
  }
  assert.doesNotMatch(files['index.html'], /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  assert.ok(files['app.js'].length < 400_000, `${files['app.js'].length} bytes`);
});

test('no source of the page puts text in as markup', async () => {
  const sources = (await readdir(join(page, 'source'), { recursive: true })).filter((each) => /\.tsx?$/.test(each));
  for (const name of sources)
    assert.doesNotMatch(
      await readFile(join(page, 'source', name), 'utf8'),
      /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write/,
      name,
    );
});

test('the sources compile and are formatted: npm run check, npm run format', async () => {
  await run('npm', ['run', 'check'], { cwd: page });
});
