// The page in a real browser, on made-up data (fixture.mjs).
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { seriousFindings } from './axe.mjs';
import { newPage, open } from './browser.mjs';
import { badName, fixture } from './fixture.mjs';
import { pages, settled, visit } from './pages.mjs';

const shots = process.env.HARVESTER_SHOTS && join(process.env.HARVESTER_SHOTS, 'fixture');
const all = pages({ harvest: 88, query: 89, object: 57, study: 134, node: 'main-pacs' });
let chromium;
let daemon;

before(async () => {
  chromium = await open();
  if (shots) mkdirSync(shots, { recursive: true });
});
after(() => chromium?.close());
beforeEach(async () => {
  daemon?.close();
  daemon = await fixture();
});
after(() => daemon?.close());

/** A page that has to end without a fault. */
async function inPage(options, body) {
  const { page, faults, context } = await newPage(chromium.browser, options.address ?? daemon.address, options);
  page.setDefaultTimeout(30_000);
  try {
    await body(page);
    if (!options.faults) assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

for (const colours of ['light', 'dark']) {
  test(`every page, ${colours}: no serious finding of axe, no error, no other host, nothing wider than the window`, async () => {
    await inPage({ colours }, async (page) => {
      for (const [name, path] of Object.entries(all)) {
        await visit(page, path);
        // Of all rules only contrast depends on the colours.
        assert.deepEqual(
          await seriousFindings(page, colours === 'dark' ? ['color-contrast'] : undefined),
          [],
          `${name}, ${colours}`,
        );
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          true,
          `${name} is too wide`,
        );
        assert.match(await page.title(), /PACS Harvester$/);
        if (shots && (colours === 'light' || ['home', 'review', 'chart-boxes', 'coverage'].includes(name)))
          await page.screenshot({ path: join(shots, `${name}-${colours}.png`), fullPage: true });
      }
    });
  });
}

test('a narrow window shows every page without cutting it off', async () => {
  await inPage({ width: 420 }, async (page) => {
    for (const [name, path] of Object.entries(all)) {
      await visit(page, path);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, name);
    }
  });
});

test('names with HTML in them are shown as text', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/');
    await page.evaluate(() => sessionStorage.setItem('harvester-token', 'doctor'));
    await visit(page, '/studies/134');
    await page.getByText(badName).waitFor();
    assert.equal(await page.title(), 'Study 134 – PACS Harvester');
    await visit(page, '/studies');
    assert.ok((await page.getByText(badName).count()) > 1);
    await visit(page, '/harvests/89');
    await page.getByText('<img src=x onerror="document.title=1">').waitFor();
    assert.equal(await page.locator('main img').count(), 0);
    assert.notEqual(await page.title(), '1');
  });
});

test('a token is asked for where one is needed; it stays in the tab alone; a role may do what it may', async () => {
  const closed = await fixture({ anonymous: 'none' });
  await inPage({ address: closed.address, faults: 'expected: 401 is told on the console' }, async (page) => {
    await page.goto('/studies?family=ct');
    await page.getByLabel('Token').waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.getByText('That token is not known').waitFor();
    await page.getByLabel('Token').fill('looker');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Studies' }).waitFor();
    await settled(page);
    assert.equal(new URL(page.url()).search, '?family=ct');
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage)), '{}');
    assert.equal(await page.evaluate(() => sessionStorage.getItem('harvester-token')), 'looker');
    await visit(page, '/schedules');
    assert.equal(await page.getByRole('button', { name: /^Pause/ }).count(), 0);
    await visit(page, '/quarantine');
    assert.equal(await page.getByRole('button', { name: /Retry/ }).count(), 0);
    await page.reload();
    await page.getByRole('heading', { name: 'Quarantine' }).waitFor();
    await page.getByRole('button', { name: 'Forget the token' }).click();
    await page.getByLabel('Token').waitFor();
  });
  closed.close();
});

test('what is chosen stands in the address, a reload keeps it, Back undoes it', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/charts');
    await page.getByRole('radio', { name: 'Histogram' }).check();
    await page.getByLabel('Bins').selectOption('10');
    await page.getByLabel('Measure').selectOption('ctdivol');
    await settled(page);
    assert.equal(new URL(page.url()).search, '?chart=histogram&bins=10&measure=ctdivol');
    await page.reload();
    await settled(page);
    assert.equal(await page.getByLabel('Bins').inputValue(), '10');
    assert.equal(await page.getByRole('radio', { name: 'Histogram' }).isChecked(), true);
    await page.goBack();
    await settled(page);
    assert.equal(await page.getByRole('radio', { name: 'By group' }).isChecked(), true);
  });
});

test('what tells who a patient is does not go into the address', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/studies');
    await page.getByLabel('Accession number or Study Instance UID').fill('A000134');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.waitForURL('**/studies/134');
    await visit(page, '/query');
    await page.getByRole('radio', { name: 'By accession numbers' }).check();
    await page.getByLabel('Accession numbers', { exact: true }).fill('A000134');
    assert.ok(!(await page.evaluate(() => location.href)).includes('A000134'));
    assert.equal(await page.evaluate(() => JSON.stringify([localStorage, history.state]).includes('A000134')), false);
  });
});

test('query, review, change, retrieve: what goes to the daemon is what was chosen', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/query');
    await page.getByLabel('CT').check();
    await page.getByRole('button', { name: 'Query and review' }).click();
    await page.waitForURL(/\/harvests\/\d+$/);
    await page.getByRole('button', { name: 'Retrieve 18 studies' }).waitFor();
    await page.getByLabel('Take Study 1000').uncheck();
    await page.getByLabel('Take Study 1001').uncheck();
    await page.getByLabel('Take Study 1020').check();
    await page.getByRole('button', { name: 'Retrieve 17 studies' }).click();
    await page.getByRole('heading', { name: /^Harvest/ }).waitFor();
    const { studies } = daemon.state.asked;
    assert.equal(studies.length, 17);
    assert.ok(studies.includes(1020) && !studies.includes(1000) && !studies.includes(1001));
    await page.getByText('complete', { exact: true }).waitFor();
  });
});

test('a study unfolds into series and instances, each with its verdict and reason', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/harvests/88');
    await page.getByRole('button', { name: 'Study 1000: series' }).click();
    await page.getByText('its images are not needed').last().waitFor();
    await page.getByRole('button', { name: 'Series 999: instances' }).click();
    await page.getByText('X-Ray Radiation Dose SR').waitFor();
    await page.getByRole('link', { name: 'its dose' }).click();
    await page.waitForURL('**/studies/12');
  });
});

test('explain tells the whole story, or that nothing is known; what was asked for stays out of the address', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/explain');
    await page.getByLabel('UID or accession number').fill('A000134');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Met by harvest 90 of main-pacs' }).waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    await page.getByLabel('UID or accession number').fill('unknown');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing is known of it').waitFor();
    assert.equal(new URL(page.url()).search, '');
  });
});

test('a harvest under way is told live and can be cancelled, after a question', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/harvests/91');
    await page
      .getByText(/studies found, \d+ decided/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Keep as it is' }).click();
    await page.waitForFunction(() => document.activeElement.textContent === 'Cancel'); // the focus comes back
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Cancel the harvest' }).click();
    await page.getByText('Harvest 91 is cancelled.').waitFor();
    await page.getByText('cancelled', { exact: true }).waitFor();
  });
});

test('quarantine: retry tells how it ended; dropping asks first', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/quarantine');
    await page.getByLabel('Choose object 57').check();
    await page.getByRole('button', { name: 'Retry 1 chosen' }).click();
    await page.getByText('1 object imported.').waitFor();
    await page.getByRole('link', { name: '31', exact: true }).click();
    await page.getByRole('button', { name: 'Drop …' }).click();
    await page.getByRole('dialog').getByText('cannot be brought back').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(daemon.state.quarantine.length, 2);
    await page.getByRole('button', { name: 'Drop …' }).click();
    await page.getByRole('button', { name: 'Delete 1 object' }).click();
    await page.waitForURL('**/quarantine');
    assert.equal(daemon.state.quarantine.length, 1);
  });
});

test('a schedule is paused and resumed', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/schedules');
    await page.getByRole('button', { name: 'Pause: main-pacs nightly' }).click();
    await page.getByRole('button', { name: 'Resume: main-pacs nightly' }).click();
    await page.getByRole('button', { name: 'Pause: main-pacs nightly' }).waitFor();
  });
});

test('a node is tested step by step, each failure with what to do', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/nodes/main-pacs');
    await page.getByRole('button', { name: 'C-ECHO' }).click();
    await page.getByText('answers (3 ms)').waitFor();
    await page.getByRole('button', { name: 'Test now' }).click();
    await page.getByRole('button', { name: 'Testing …' }).waitFor();
    await page.getByText('Ask for an entry HARVESTER').waitFor();
    await page.getByText('Something failed').waitFor();
  });
});

test('charts: the keyboard goes from mark to mark, Enter shows the studies, values are there as table and as file', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/charts');
    const first = page.locator('.mark').first();
    assert.equal(await first.getAttribute('tabindex'), '0');
    await first.focus();
    await page.locator('.tip').waitFor();
    await page.keyboard.press('ArrowDown');
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /St\. Anna CT2, median/);
    await page.getByRole('button', { name: 'Table' }).click();
    assert.ok((await page.locator('.chart tbody tr').count()) > 10);
    await page.getByRole('button', { name: 'Table' }).click();
    const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
    assert.equal(csv.suggestedFilename(), 'dlp-by-protocol.csv');
    const [svg] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'SVG' }).click()]);
    const text = await (await import('node:fs/promises')).readFile(await svg.path(), 'utf8');
    assert.match(text, /^<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.doesNotMatch(text, /class=/);
    await page.locator('.mark').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/studies?*');
    assert.equal(new URL(page.url()).search, '?family=ct&protocol=Abdomen+routine&scanner=2');
  });
});

test('with the keyboard alone: skip to the content, see the focus, open and leave a dialog', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(ring, 'solid');
    const reached = new Set();
    for (let i = 0; i < 60; ++i) {
      reached.add(
        await page.evaluate(() => document.activeElement.getAttribute('href') ?? document.activeElement.textContent),
      );
      await page.keyboard.press('Tab');
    }
    for (const href of ['/nodes/main-pacs', '/quarantine', '/studies?scanner=1']) assert.ok(reached.has(href), href);
    await visit(page, '/studies/134');
    const open = page.getByRole('button', { name: 'Event 2, all values' });
    await open.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await open.evaluate((element) => element === document.activeElement), true);
  });
});

test('a page that is new begins at its heading; what is loaded anew moves no focus', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/');
    await page.getByRole('link', { name: 'Inbox', exact: true }).click();
    await page.waitForFunction(
      () => document.activeElement?.textContent === 'Inbox' && document.activeElement.tagName === 'H1',
    );
    const choice = page.getByLabel('Kind of object');
    await choice.focus();
    await page.getByRole('button', { name: 'Refresh' }).evaluate((button) => button.click());
    await settled(page);
    assert.equal(await choice.evaluate((element) => element === document.activeElement), true);
  });
});

test('a daemon that is gone, and one that refuses, are told in words', async () => {
  await inPage({ faults: 'expected: the browser tells of failed requests' }, async (page) => {
    await visit(page, '/studies');
    await page.route('**/api/v1/inbox?*', (route) => route.abort());
    await page.getByRole('link', { name: 'Inbox', exact: true }).click();
    await page.getByText('The daemon does not answer.').waitFor();
    await page.unroute('**/api/v1/inbox?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('table').waitFor();
    await page.goto('/harvests/4711');
    await page.getByText('there is no /harvests/4711').waitFor();
    await page.goto('/no/such/page');
    await page.getByText('There is no such page').waitFor();
  });
});

test('light or dark can be chosen and is remembered', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/');
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await back();
    await page.getByLabel('Colours').selectOption('dark');
    assert.notEqual(await back(), light);
    await page.reload();
    await settled(page);
    assert.notEqual(await back(), light);
  });
});

test('an export is saved under the name that the daemon gives', async () => {
  await inPage({}, async (page) => {
    await visit(page, '/exports?what=ct');
    await page.getByRole('radio', { name: 'CSV' }).check();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'studies.csv');
  });
});
