import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { bytes, className, count, csv, csvCell, dicomDate, dicomTime, duration, listText, number, personName, unit } =
  await load('format.ts');
const { periodStart, scale, ticks } = await load('charts/scale.ts');
const { EventParser } = await load('api/stream.ts');
const { match } = await load('router.ts');
const { headerOf, isForPrograms } = await load('fields.ts');
const { reasonText, verdictParts } = await load('words.ts');
const { queryOf } = await load('api/client.ts');

test('format: numbers keep three digits, whole ones all of theirs', () => {
  assert.equal(number(0.0123456), '0.0123');
  assert.equal(number(14.56), '14.6');
  assert.equal(number(432.53), '433');
  assert.equal(number(31250), '31\u202f250');
  assert.equal(number(0), '0');
  assert.equal(number(null), '–');
  assert.equal(count(1234567), '1\u202f234\u202f567');
  assert.equal(bytes(2 ** 31), '2.0 GiB');
  assert.equal(unit('Gy.m2'), 'Gy·m²');
  assert.equal(duration('2026-01-01T00:00:00Z', '2026-01-01T01:02:03Z'), '1:02:03 h');
});

test("format: DICOM's own forms are written as people do, anything else stays", () => {
  assert.equal(dicomDate('20261125'), '2026-11-25');
  assert.equal(dicomDate('soon'), 'soon');
  assert.equal(dicomTime('140951.120'), '14:09:51');
  assert.equal(dicomTime('1409'), '14:09');
  assert.equal(listText('CT\\PT\\SR'), 'CT, PT, SR');
  assert.equal(listText(['CT', 'SR']), 'CT, SR');
  assert.equal(personName('Yamada^Tarou=山田^太郎=やまだ^たろう'), 'Yamada Tarou / 山田 太郎 / やまだ たろう');
  assert.equal(personName('<img src=x onerror=document.title=1>'), '<img src=x onerror=document.title=1>');
  assert.equal(className('XRayRadiationDoseSRStorage'), 'X-Ray Radiation Dose SR');
  assert.equal(
    className('DigitalMammographyXRayImageStorageForPresentation'),
    'Digital Mammography X-Ray Image For Presentation',
  );
  assert.equal(className('CTImageStorage'), 'CT Image');
});

test('format: no cell of CSV is a formula for a spreadsheet', () => {
  assert.equal(csvCell('=1+1'), "'=1+1");
  assert.equal(csvCell('@x'), "'@x");
  assert.equal(csvCell(-3.5), '-3.5');
  assert.equal(csv(['a', 'b'], [['x,y', 'say "no"']]), 'a,b\r\n"x,y","say ""no"""\r\n');
});

test('charts: axes have round numbers that span all values', () => {
  assert.deepEqual(ticks(0, 1140, 6), [0, 200, 400, 600, 800, 1000, 1200]);
  assert.deepEqual(ticks(0.2, 0.9, 4), [0.2, 0.4, 0.6, 0.8, 1]);
  assert.ok(ticks(5, 5).length > 1);
  const x = scale(0, 10, 100, 200, 5);
  assert.equal(x(0), 100);
  assert.equal(x(10), 200);
});

test('charts: periods lie where they begin, weeks by ISO 8601', () => {
  const day = (text) => Date.parse(text) / 86_400_000;
  assert.equal(periodStart('2026-W01'), day('2025-12-29'));
  assert.equal(periodStart('2026-02'), day('2026-02-01'));
  assert.equal(periodStart('2026-Q3'), day('2026-07-01'));
  assert.equal(periodStart('2026'), day('2026-01-01'));
});

test('stream: events come out whole, however the text is cut', () => {
  const text = ': hello\n\nid: 7\ndata: {"a":\ndata: 1}\n\nid: 8\r\ndata: {}\r\n\r\n';
  for (let cut = 1; cut < text.length; ++cut) {
    const parser = new EventParser();
    const events = [...parser.take(text.slice(0, cut)), ...parser.take(text.slice(cut))];
    assert.deepEqual(
      events.map((event) => [event.id, event.data]),
      [
        ['7', '{"a":\n1}'],
        ['8', '{}'],
      ],
      `cut at ${cut}`,
    );
  }
});

test('router: patterns give the names in a path, odd escapes fit nothing', () => {
  assert.deepEqual(match('/nodes/:name', '/nodes/main%20pacs'), { name: 'main pacs' });
  assert.equal(match('/nodes/:name', '/nodes/a/b'), null);
  assert.equal(match('/nodes/:name', '/nodes/%E0%A4%A'), null);
});

test('api: what is empty does not go into an address', () => {
  assert.equal(queryOf({ a: '', b: null, c: false, d: 0, e: 'x y' }), '?d=0&e=x+y');
});

test('words: reasons are told in words, unknown ones by their name', () => {
  assert.equal(reasonText('all_held'), 'everything of it is here already');
  assert.equal(reasonText('some_new_reason'), 'some new reason');
  assert.deepEqual(verdictParts('skip(all_held)'), { verdict: 'skip', reason: 'all_held' });
  assert.deepEqual(verdictParts('undecided'), { verdict: 'undecided', reason: '' });
});

test('fields: units stand in headers, codes beside texts are for programs', () => {
  assert.equal(headerOf('dlp', 432.5), 'DLP [mGy·cm]');
  assert.equal(headerOf('exposure_time', 2.6, true), 'Exposure time [s]');
  assert.equal(headerOf('exposure_time', 2.6), 'Exposure time [ms]');
  assert.ok(isForPrograms('target_region_code', { target_region: 'Abdomen' }));
  assert.ok(!isForPrograms('target_region', { target_region: 'Abdomen' }));
});
