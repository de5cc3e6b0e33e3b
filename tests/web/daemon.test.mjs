// The page against the real daemon: what a person does in it, from the first query to a chart.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { seriousFindings } from './axe.mjs';
import { newPage, open } from './browser.mjs';
import { dayOf, Site, startArchives } from './daemon.mjs';
import { pages, settled, visit } from './pages.mjs';

const shots = process.env.HARVESTER_SHOTS && join(process.env.HARVESTER_SHOTS, 'daemon');
const evilName = '<img src=x onerror=document.title=1>';
const rows = {};
let chromium;
let site;
let archives = [];

const referenceLevels = `
patient_identity: {name: keep, id: keep, birth_date: keep}
reference_levels:
  - {name: "*head*", by: study_description, measure: dlp, value: 850, source: example}
  - {name: "*abdomen*", by: study_description, measure: dlp, value: 10, source: example}`;

before(async () => {
  if (shots) mkdirSync(shots, { recursive: true });
  chromium = await open();
  site = await Site.make({ http: ', anonymous: patient', more: referenceLevels });
  archives = await startArchives(site);
  await site.serve();
});

after(async () => {
  await chromium?.close();
  if (shots && site?.daemon) writeFileSync(join(shots, 'daemon.log'), site.daemon.said());
  await site?.close();
  for (const archive of archives) await archive.stop();
});

async function inPage(options, body) {
  const { page, faults, context } = await newPage(chromium.browser, options.address ?? site.address, options);
  page.setDefaultTimeout(30_000);
  try {
    await body(page);
    if (!options.faults) assert.deepEqual(faults, []);
  } catch (failure) {
    if (shots) await page.screenshot({ path: join(shots, 'failure.png'), fullPage: true }).catch(() => {});
    throw failure;
  } finally {
    await context.close();
  }
}

test('query by hand, review, retrieve, see the harvest, open the study', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/query');
    await page.getByLabel('Node', { exact: true }).selectOption('hospital');
    await page.getByLabel('From', { exact: true }).fill(dayOf(5));
    await page.getByLabel('Until', { exact: true }).fill(dayOf(1));
    await page.getByLabel('CT', { exact: true }).check();
    await page.getByRole('button', { name: 'Query and review' }).click();
    await page.waitForURL(/\/harvests\/\d+$/);
    rows.query = page.url().split('/').pop();
    const retrieve = page.getByRole('button', { name: /^Retrieve \d+ studies$/ });
    await retrieve.waitFor();
    const before = Number(/\d+/.exec(await retrieve.textContent())[0]);
    assert.ok(before > 10, `${before} studies`);
    await page.getByText('nothing in it yields a dose').first().waitFor();
    if (shots) await page.screenshot({ path: join(shots, 'review.png'), fullPage: true });
    await page.locator('.tree input[type=checkbox]:checked').first().uncheck();
    await page.getByRole('button', { name: `Retrieve ${before - 1} studies` }).click();
    await page.getByRole('heading', { name: /^Harvest \d+$/ }).waitFor();
    await page
      .locator('.facts')
      .getByText(/^(complete|incomplete)$/)
      .waitFor();
    rows.harvest = page.url().split('/').pop();
    assert.notEqual(rows.harvest, rows.query);
    await page
      .getByRole('button', { name: /^Study \d+: series$/ })
      .first()
      .click();
    await page
      .getByRole('button', { name: /: instances$/ })
      .first()
      .click();
    await settled(page);
    await visit(page, '/studies?family=ct');
    await page.locator('tbody a').first().click();
    await page.waitForURL(/\/studies\/\d+$/);
    await settled(page);
    rows.study = page.url().split('/').pop();
    await page.getByRole('heading', { name: /^CT events/ }).waitFor();
    await page.getByRole('button', { name: 'Event 1, all values' }).click();
    await page.getByRole('dialog').waitFor();
  });
});

test('a harvest at once is followed to its end, and home tells of it', async () => {
  await inPage({}, async (page) => {
    await visit(page, `/query?node=ct-archive&from=${dayOf(28)}&until=${dayOf(1)}&modalities=CT`);
    await page.getByRole('button', { name: 'Harvest at once' }).click();
    await page.waitForURL(/\/harvests\/\d+$/);
    await page
      .locator('.facts')
      .getByText(/^(complete|incomplete)$/)
      .waitFor({ timeout: 120_000 });
    const all = await site.command('harvest', 'hospital', '--from', dayOf(5), '--until', dayOf(1));
    assert.ok([0, 3].includes(all.code), all.output);
    await visit(page, '/');
    await page.getByText('in the last 28 days').waitFor();
    for (const name of ['Nodes', 'Stores', 'Schedules', 'Quarantine', 'Disk'])
      assert.equal(await page.locator('.lamps').getByText(name, { exact: true }).count(), 1, name);
    assert.ok(Number((await page.locator('.figure .value').first().textContent()).replace(/\D/g, '')) > 100);
  });
});

test('a patient name with HTML in it is shown as text', async () => {
  const told = await site.importNamed(evilName, '<b>Skull</b>');
  assert.equal(told.code, 0, told.output);
  await inPage({}, async (page) => {
    await visit(page, '/studies');
    await page.getByLabel('Study description').fill('<b>Skull</b>');
    await page.getByRole('row').filter({ hasText: '<b>Skull</b>' }).getByRole('link').click();
    await page.waitForURL(/\/studies\/\d+$/);
    await settled(page);
    const text = await page.locator('main').textContent();
    assert.ok(text.includes('<img src'), text);
    assert.ok(text.includes('<b>Skull</b>'), text);
    assert.equal(await page.locator('main img, main b').count(), 0);
    if (shots) await page.screenshot({ path: join(shots, 'html-name.png'), fullPage: true });
  });
});

test('quarantine: what cannot be imported is shown, tried again, and still there', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/quarantine');
    rows.object = await page.locator('tbody th a').first().textContent();
    await page.getByLabel(`Choose object ${rows.object}`).check();
    await page.getByRole('button', { name: 'Retry 1 chosen' }).click();
    await page.getByText(/1 object failed/).waitFor();
    await page.getByRole('link', { name: rows.object, exact: true }).click();
    await page.getByRole('heading', { name: 'Attempts to import it' }).waitFor();
  });
});

test('a schedule is paused and resumed', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/schedules');
    await page.getByRole('button', { name: 'Pause: hospital nightly' }).click();
    await page.getByRole('button', { name: 'Resume: hospital nightly' }).waitFor();
    assert.match((await site.command('schedule', 'list')).output, /paused/);
    await page.getByRole('button', { name: 'Resume: hospital nightly' }).click();
    await page.getByRole('button', { name: 'Pause: hospital nightly' }).waitFor();
  });
});

test('a node is tested live, one that is not there tells why', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/nodes/hospital');
    await page.getByRole('button', { name: 'Test now' }).click();
    await page.getByText('All well.').waitFor({ timeout: 60_000 });
    await visit(page, '/nodes/gone');
    await page.getByRole('button', { name: 'Test now' }).click();
    await page.getByText('It ended: the node cannot be reached, or refuses.').waitFor({ timeout: 60_000 });
  });
});

test('our own store answers a C-ECHO', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/stores');
    await page.getByRole('button', { name: 'C-ECHO: harvest' }).click();
    await page.getByText(/^answers \(\d+ ms\)$/).waitFor();
  });
});

test('charts have values, a click shows the studies behind a mark, a reload keeps the view', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/charts?by=study_description');
    assert.ok((await page.locator('.mark').count()) > 3);
    await page.getByRole('radio', { name: 'Histogram' }).check();
    await settled(page);
    assert.ok((await page.locator('.mark').count()) > 3);
    await page.getByRole('radio', { name: 'Over time' }).check();
    await page.getByLabel('Interval').selectOption('week');
    await settled(page);
    assert.ok((await page.locator('.mark').count()) > 3);
    await page.getByRole('radio', { name: 'Histogram' }).check();
    await settled(page);
    const address = page.url();
    await page.reload();
    await settled(page);
    assert.equal(page.url(), address);
    assert.equal(await page.getByRole('radio', { name: 'Histogram' }).isChecked(), true);
    await page.getByRole('radio', { name: 'DRL' }).check();
    await page.getByText('2 lines in the table').waitFor();
    await visit(page, '/charts?by=study_description');
    await page.locator('.mark').first().click();
    await page.waitForURL('**/studies?*');
    await settled(page);
    assert.ok((await page.locator('tbody tr').count()) > 0);
  });
});

test('an export is a workbook', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/exports?what=ct');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    assert.match(file.suggestedFilename(), /\.xlsx$/);
  });
});

for (const colours of ['light', 'dark']) {
  test(`every page of the daemon, ${colours}: no serious finding of axe, no error, no other host`, async () => {
    await inPage({ colours }, async (page) => {
      const days = `?from=${dayOf(41)}&until=${dayOf(0)}`;
      for (const [name, path] of Object.entries(pages({ ...rows, days, node: 'hospital' }))) {
        await visit(page, path);
        assert.equal(
          await page.locator('.problem').count(),
          0,
          `${name}: ${await page.locator('.problem').allTextContents()}`,
        );
        assert.deepEqual(
          await seriousFindings(page, colours === 'dark' ? ['color-contrast'] : undefined),
          [],
          `${name}, ${colours}`,
        );
        if (shots && (colours === 'light' || ['home', 'harvest', 'chart-boxes', 'coverage', 'study'].includes(name)))
          await page.screenshot({ path: join(shots, `${name}-${colours}.png`), fullPage: true });
      }
    });
  });
}

test('where tokens are asked for, nothing is told without one, and a role may do what it may', async () => {
  const closed = await Site.make({ http: ', tokens: [{name: wall, role: view, secret: "env:WALL_TOKEN"}]' });
  process.env.WALL_TOKEN = 'a-token-of-the-test-4711';
  await closed.serve();
  try {
    assert.equal((await fetch(`${closed.address}/api/v1/home`)).status, 401);
    await inPage({ address: closed.address, faults: 'expected: 401 is told on the console' }, async (page) => {
      await page.goto('/harvests?state=failed');
      await page.getByLabel('Token').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('That token is not known').waitFor();
      await page.getByLabel('Token').fill(process.env.WALL_TOKEN);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Harvests' }).waitFor();
      await settled(page);
      assert.equal(new URL(page.url()).search, '?state=failed');
      await page.getByText('Role: view').waitFor();
      await visit(page, '/audit');
      await page.getByText('shown to the roles operate and patient').waitFor();
    });
  } finally {
    await closed.close();
  }
});
