// A daemon that is none: serves the built page and answers the API with made-up data, always the same. For work on the
// page (`node fixture.mjs 8090`), and for what a real daemon hardly shows: odd names, refusals, many systems.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../../src/web/page/dist');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
export const badName = '<img src=x onerror="document.title=1">Ev^il';

let seed = 7;
const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
const between = (low, high) => low + random() * (high - low);
const now = () => new Date().toISOString();
const before = (hours) => new Date(Date.now() - hours * 3600e3).toISOString();
const day = (ago) => before(ago * 24).slice(0, 10);

const scanners = [
  { scanner: 1, equipment: 'St. Anna CT1', modality: 'CT', model: 'SOMATOM Force', factor: 1 },
  { scanner: 2, equipment: 'St. Anna CT2', modality: 'CT', model: 'Revolution', factor: 1.25 },
  { scanner: 3, equipment: 'North Clinic CTNORTH', modality: 'CT', model: 'Aquilion ONE', factor: 0.85 },
  { scanner: 4, equipment: 'St. Anna MAMMO1', modality: 'MG', model: 'Selenia', factor: 1 },
];
const protocols = [
  'Abdomen routine',
  'Thorax',
  'Head',
  'Thorax low dose',
  'Lumbar spine',
  'Angio aorta',
  'Sinus',
  'Trauma whole body with contrast medium and late phase',
];
const descriptions = { Head: 'CT Head', Thorax: 'CT Thorax' };

const studies = Array.from({ length: 137 }, (_, i) => {
  const protocol = protocols[Math.floor(random() ** 1.7 * protocols.length)];
  const scanner = scanners[Math.floor(random() * 3)];
  const ctdi = between(3, 22) * scanner.factor;
  return {
    study: 137 - i,
    study_instance_uid: `2.999.1.${137 - i}`,
    modality_type: 'CT',
    study_date: day(i / 5),
    study_time: `${String(7 + (i % 12)).padStart(2, '0')}:${String((i * 7) % 60).padStart(2, '0')}:00`,
    study_description: i === 3 ? '<b>Skull & "face"</b>' : (descriptions[protocol] ?? `CT ${protocol}`),
    protocol,
    equipment: scanner.equipment,
    scanner: scanner.scanner,
    institution_name: 'St. Anna',
    manufacturer: 'SIEMENS',
    manufacturer_model_name: scanner.model,
    station_name: scanner.equipment.split(' ').pop(),
    accession_number: `A${String(137 - i).padStart(6, '0')}`,
    patient_age_decimal: Math.round(between(1, 90)),
    patient_sex: random() > 0.5 ? 'F' : 'M',
    number_of_events: 2 + (i % 4),
    reports: 1,
    totals_from: 'reports',
    total_dlp_mgycm: ctdi * between(15, 55),
    max_ctdivol_mgy: ctdi,
  };
});

const quantiles = (n, median) => ({
  n,
  min: median * 0.3,
  p5: median * 0.45,
  q1: median * 0.8,
  median,
  q3: median * 1.3,
  p95: median * 1.9,
  max: median * 2.6,
  mean: median * 1.07,
});
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const state = { paused: false, quarantine: [], runs: [], reloads: { at: null, ok: true, faults: [] }, harvests: [] };

function reset() {
  seed = 99;
  state.paused = false;
  state.quarantine = [
    {
      id: 31,
      reason: 'unreadable',
      message: 'not a DICOM file: no DICM at byte 128',
      object_kind: 'not_dicom',
      way_in: 'watch',
      size_bytes: 4711,
      attempts: 1,
      received_at: before(20),
      failed_at: before(20),
    },
    {
      id: 57,
      reason: 'empty_report',
      message: 'a dose report without any content',
      object_kind: 'ct_rdsr',
      way_in: 'harvest',
      size_bytes: 2048,
      attempts: 1,
      received_at: before(3),
      failed_at: before(3),
    },
    {
      id: 58,
      reason: 'poison',
      message: 'the parser died twice',
      object_kind: 'other',
      way_in: 'push',
      size_bytes: 912_331,
      attempts: 2,
      received_at: before(2),
      failed_at: before(2),
    },
  ];
  state.runs = [];
  state.harvests = [
    harvest(91, 'running', { created_at: before(0.02), ended_at: null, open: 12, fetched: 40, found: 212, held: 160 }),
    harvest(90, 'complete', { fetched_by_outcome: { imported: 52 } }),
    harvest(89, 'complete', {
      kind: 'query',
      asked_for: 'query of CT 2026-01-05..2026-01-09',
      found: 18,
      held: 0,
      fetched: 0,
      open: 18,
    }),
    harvest(88, 'incomplete', { missing: 2, failed: 1, found: 55, held: 0 }),
    harvest(87, 'interrupted', { stopped_by: 'hours', message: 'the allowed hours are over' }),
    ...Array.from({ length: 70 }, (_, i) =>
      harvest(86 - i, i % 17 === 3 ? 'failed' : 'complete', {
        created_at: before(24 * (i + 2)),
        ended_at: before(24 * (i + 2) - 0.4),
      }),
    ),
  ];
}

function harvest(id, word, more = {}) {
  return {
    harvest: id,
    node: id % 3 ? 'main-pacs' : 'north',
    kind: 'harvest',
    asked_for: `CT MG ${day(1)}`,
    state: word,
    message: '',
    stopped_by: null,
    request: { from: day(1), until: day(1), modalities: ['CT', 'MG'] },
    created_at: before(6),
    ended_at: before(5.4),
    studies: 214,
    found: 212,
    held: 160,
    fetched: 52,
    missing: 0,
    failed: 0,
    open: 0,
    studies_failed: 0,
    studies_undecided: 0,
    windows_not_verified: 0,
    studies_by_verdict: { 'retrieve(dose_report)': 18, 'skip(nothing_usable)': 9, 'skip(all_held)': 160 },
    series_by_verdict: { 'retrieve(dose_report)': 18, 'skip(images_not_needed)': 402, 'skip(not_a_dose_report)': 4 },
    fetched_by_outcome: { imported: 51, ignored: 1 },
    ...more,
  };
}

const found = Array.from({ length: 60 }, (_, i) => ({
  study: 1000 + i,
  study_instance_uid: `2.999.5.${i}`,
  date: day(1),
  time: `${String(7 + (i % 12)).padStart(2, '0')}:12:00`,
  modalities: ['CT', 'SR'],
  description:
    i === 1 ? '<img src=x onerror="document.title=1">' : ['CT Abdomen', 'CT Head', 'CT Thorax low dose'][i % 3],
  verdict: i < 18 ? 'retrieve' : 'skip',
  reason: i < 18 ? 'dose_report' : i < 27 ? 'nothing_usable' : 'all_held',
  message: '',
  series_to_fetch: i < 18 ? 1 : 0,
  instances_to_fetch: i < 18 ? 1 : 0,
}));

const node = (name, more = {}) => ({
  name,
  description: 'Main PACS, vendor X 7.1',
  enabled: true,
  ae_title: 'MAINPACS',
  host: 'pacs.example.org',
  port: 104,
  last_harvest: { id: 90, asked_for: `CT MG ${day(1)}`, state: 'complete', began: before(6) },
  last_data_at: before(5),
  silent_days: 0,
  last_test: { at: before(30), exit_code: 3, steps },
  lamp: 'ok',
  text: '',
  ...more,
});
const steps = [
  { step: 'name', state: 'ok', text: 'pacs.example.org is 10.1.2.3', advice: '' },
  { step: 'connection', state: 'ok', text: 'port 104 takes connections', advice: '' },
  { step: 'echo', state: 'ok', text: 'answers after 3 ms', advice: '' },
  { step: 'studies', state: 'ok', text: 'answers a query of one day', advice: '' },
  {
    step: 'retrieve',
    state: 'failed',
    text: 'A801 Move Destination unknown: the PACS has no entry for AE "HARVESTER"',
    advice: 'Ask for an entry HARVESTER @ 10.1.2.3:11112.',
  },
  { step: 'arrival', state: 'skipped', text: '', advice: '' },
];
const nodes = () => [
  node('main-pacs'),
  node('north', {
    description: 'North Clinic',
    lamp: 'bad',
    text: 'cannot be reached since yesterday',
    silent_days: 3,
    last_harvest: { id: 86, asked_for: `CT ${day(3)}`, state: 'failed', began: before(70) },
    last_data_at: before(75),
    last_test: null,
  }),
  node('research', {
    description: 'Research archive',
    enabled: false,
    lamp: 'off',
    text: '',
    last_harvest: null,
    last_data_at: null,
    last_test: null,
  }),
];
const schedules = () => [
  {
    node: 'main-pacs',
    name: 'nightly',
    cron: '30 22 * * *',
    timezone: 'Europe/Berlin',
    state: state.paused ? 'paused' : 'on',
    next: state.paused ? null : before(-9),
    last_due: before(15),
    verified_until: before(15),
    lamp: state.paused ? 'warn' : 'ok',
    text: '',
  },
  {
    node: 'north',
    name: 'noon',
    cron: '0 12 * * mon-fri',
    timezone: 'Europe/Berlin',
    state: 'on',
    next: before(-20),
    last_due: before(75),
    verified_until: before(75),
    lamp: 'bad',
    text: 'its last two runs failed',
  },
];
const stores = () => [
  {
    name: 'harvest',
    ae_title: 'HARVESTER',
    port: 11112,
    role: 'harvest',
    open: true,
    since: before(50),
    open_associations: 1,
    associations: 412,
    associations_refused: 3,
    echoes: 90,
    objects: 3120,
    bytes: 91_000_000,
    objects_refused: {},
    tls: false,
    last_error: '',
    lamp: 'ok',
    text: '',
  },
  {
    name: 'native',
    ae_title: 'HARVESTERNATIVE',
    port: 8104,
    role: 'native',
    open: true,
    since: before(50),
    open_associations: 0,
    associations: 80,
    associations_refused: 12,
    echoes: 90,
    objects: 530,
    bytes: 7_000_000,
    objects_refused: { A700H: 2 },
    tls: true,
    last_error: '',
    lamp: 'warn',
    text: 'its certificate expires in 12 days',
  },
];
const runs = () =>
  [0, 1, 2].map((i) => ({
    node: i === 1 ? 'north' : 'main-pacs',
    name: i === 1 ? 'noon' : 'nightly',
    due: before(-9 - 11 * i),
    begins: before(-9.1 - 11 * i),
  }));

const page = (rows, url, name, limitDefault = 50) => {
  const limit = Number(url.searchParams.get('limit') ?? limitDefault);
  const from = Number(url.searchParams.get('cursor') ?? 0);
  return { [name]: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
};

const groups = () =>
  protocols.map((group, i) => ({
    group,
    n: 400 - i * 45,
    all: quantiles(400 - i * 45, 480 - i * 50),
    scanners: scanners
      .slice(0, i === 6 ? 2 : 3)
      .map((each) => ({
        scanner: each.scanner,
        equipment: each.equipment,
        ...quantiles(130 - i * 15, (480 - i * 50) * each.factor),
      })),
  }));

function charts(name, url) {
  const series = scanners
    .slice(0, 3)
    .map((each) => ({ group: null, scanner: each.scanner, equipment: each.equipment }));
  if (name === 'summary')
    return { measure: 'dlp', unit: 'mGy.cm', of: 'event', n: 1800, groups: groups(), groups_left_out: 4 };
  if (name === 'time') {
    const periods = Array.from(
      { length: 14 },
      (_, i) => `${2025 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
    );
    return {
      measure: 'dlp',
      unit: 'mGy.cm',
      of: 'event',
      interval: 'month',
      periods,
      series: series.map((each, k) => ({
        ...each,
        group: 'Abdomen routine',
        n: 400,
        values: periods.map((period, i) => ({
          period,
          n: 30 + i,
          q1: 300,
          median: 420 + 60 * k - i * 9 + between(-20, 20),
          q3: 600,
        })),
      })),
      series_left_out: 2,
    };
  }
  if (name === 'histogram') {
    const bins = Number(url.searchParams.get('bins') ?? 20);
    return {
      measure: 'dlp',
      unit: 'mGy.cm',
      of: 'event',
      edges: Array.from({ length: bins + 1 }, (_, i) => 50 + i * (1500 / bins)),
      series: series.map((each, k) => ({
        ...each,
        group: 'Abdomen routine',
        n: 400,
        counts: Array.from({ length: bins }, (_, i) =>
          Math.round(60 * Math.exp(-(((i / bins - 0.3 - k * 0.06) / 0.16) ** 2))),
        ),
      })),
      below: 3,
      above: 4,
    };
  }
  if (name === 'thickness') {
    const points = Array.from({ length: 900 }, (_, i) => {
      const t = between(18, 92);
      return [t, 0.5 + t * 0.018 + between(-0.4, 0.5), i % 2 ? 4 : 5];
    });
    const bins = ['<20', '20-30', '30-40', '40-50', '50-60', '60-70', '70-80', '80-90', '>=90'].map((label, i) => ({
      label,
      from: i ? 10 + i * 10 : null,
      until: i < 8 ? 20 + i * 10 : null,
      ...quantiles(100, 0.7 + i * 0.2),
      q1: 0.5 + i * 0.2,
      q3: 0.95 + i * 0.2,
    }));
    return {
      unit: 'mGy',
      n: 1200,
      points,
      bins,
      scanners: [
        { scanner: 4, equipment: 'St. Anna MAMMO1' },
        { scanner: 5, equipment: 'North Clinic MG' },
      ],
    };
  }
  if (name === 'drl') {
    const row = (n, median, drl) => ({
      name: n,
      modality: 'CT',
      by: 'protocol',
      measure: 'dlp',
      unit: 'mGy.cm',
      drl,
      source: 'BfS 2022',
      age_from: 18,
      age_until: null,
      weight_from: null,
      weight_until: null,
      n: 130,
      median,
      p75: median * 1.3,
      ratio: median / drl,
      state: median > drl ? 'above' : 'below',
      scanners: [
        {
          scanner: 1,
          equipment: 'St. Anna CT1',
          n: 70,
          median: median * 0.9,
          p75: median * 1.2,
          ratio: (median * 0.9) / drl,
          state: 'below',
        },
        { scanner: 3, equipment: 'North Clinic CTNORTH', n: 5, median, p75: median, ratio: median / drl, state: 'few' },
      ],
    });
    return { rows: [row('Head', 710, 850), row('Thorax', 280, 250), row('Abdomen', 560, 700)], table: 3 };
  }
  return {
    n: 2000,
    hours: Array.from({ length: 7 }, (_, d) =>
      Array.from({ length: 24 }, (_, h) =>
        h > 6 && h < 20 ? Math.round(between(5, 40) * (d > 4 ? 0.2 : 1)) : Math.round(between(0, 4)),
      ),
    ),
    scanners: [],
  };
}

const eventOf = (i) => ({
  irradiation_event_uid: `2.999.7.${i}`,
  date_time_started: `${day(1)}T08:37:${10 + i}`,
  acquisition_protocol: i ? 'Abdomen routine' : 'Topogram',
  target_region: 'Abdomen',
  target_region_code: 'T-D4000',
  target_region_scheme: 'SRT',
  ct_acquisition_type: i ? 'Spiral Acquisition' : 'Constant Angle Acquisition',
  exposure_time: 2.61,
  scanning_length: 237,
  nominal_total_collimation_width: 38.4,
  pitch_factor: i ? 1.22 : undefined,
  number_of_xray_sources: 1,
  mean_ctdivol: i ? 12.25 : 0.12,
  dlp: i ? 432.53 : 4.1,
  ctdiw_phantom_type: 'IEC Body Dosimetry Phantom',
  xray_sources: [{ identification_of_the_xray_source: 'A', kvp: 100, xray_tube_current: 336 }],
  device_participants: [],
  person_participants: [],
});

const studyDetail = (row, patient) => ({
  study: row,
  ...(patient ? { patient: { patient_name: badName, patient_id: 'P4711', patient_birth_date: '1961-02-03' } } : {}),
  harvests: [90],
  document: {
    study: { software_versions: 'VB30A' },
    accumulated: [{ region: 'study', total_number_of_irradiation_events: 3, ct_dose_length_product_total: 436.63 }],
    events: [eventOf(0), eventOf(1), eventOf(2)],
    pet_series: [],
    patient_characteristics: {},
    summary: { number_of_events: 3, total_dlp: 436.63, totals_from: 'reports' },
    reports: [
      {
        sop_instance_uid: '2.999.7.30.4.1',
        object_kind: 'ct_rdsr',
        content_date: day(1),
        content_time: '08:39:36',
        completion_flag: 'COMPLETE',
        verification_flag: 'UNVERIFIED',
        warnings: [],
      },
    ],
  },
});

function home() {
  return {
    version: '0.1.0',
    now: now(),
    since: before(50),
    role: 'operate',
    lamps: {
      database: { lamp: 'ok', text: '' },
      disk: { lamp: 'ok', text: '', free_bytes: 81e9, minimum_free_bytes: 2e9, database_bytes: 4e8 },
      inbox: { lamp: 'ok', text: '', waiting: 3 },
      quarantine: { lamp: 'warn', text: '', objects: state.quarantine.length },
      nodes: { lamp: 'bad', text: 'north cannot be reached' },
      stores: { lamp: 'warn', text: 'native: a certificate expires' },
      schedules: { lamp: state.paused ? 'warn' : 'ok', text: '' },
    },
    nodes: nodes(),
    systems: scanners.map((each, i) => ({
      ...each,
      studies: 12000 - 2900 * i,
      studies_7d: 120 - 30 * i,
      studies_28d: 480 - 100 * i,
      last_study_date: day(i),
      no_data_since: i === 3 ? day(9) : null,
      lamp: i === 3 ? 'warn' : 'ok',
      text: '',
    })),
    stores: stores(),
    schedules: schedules(),
    next_runs: runs(),
    running: [
      {
        node: 'main-pacs',
        harvest: 91,
        windows_open: 1,
        studies_found: 214,
        studies_decided: 180,
        requests_planned: 52,
        requests_ended: 40,
        at: now(),
      },
    ],
    quarantine: state.quarantine.length,
    studies: 31250,
    studies_7d: 311,
    studies_28d: 1420,
  };
}

const calendar = (url) => ({
  from: url.searchParams.get('from'),
  until: url.searchParams.get('until'),
  nodes: ['main-pacs', 'north'].map((name, k) => ({
    node: name,
    days: ['CT', 'DX', 'MG', 'XA'].flatMap((modality, m) =>
      Array.from({ length: 40 - k * 8 }, (_, i) => ({
        date: day(i + 1),
        modality,
        state: (i * 7 + m) % 13 === 5 ? 'incomplete' : (i + m) % 7 === 2 ? 'empty' : 'complete',
        studies: (i + m) % 7 === 2 ? 0 : 5 + ((i * 13 + m * 5) % 40),
        instances: 20,
        missing: (i * 7 + m) % 13 === 5 ? 2 : 0,
      })),
    ),
  })),
});

/** The answer to a request: an object, [status, object], or undefined where there is none. */
function answer(method, path, url, body, role) {
  const part = path.split('/').slice(1);
  if (path === '/home') return home();
  if (path === '/nodes') return { nodes: nodes() };
  if (part[0] === 'nodes' && part.length === 2)
    return {
      node: {
        ...nodes().find((each) => each.name === part[1]),
        profile:
          'schema: 1\nremote: {host: pacs.example.org, port: 104, ae_title: MAINPACS}\npacing: {associations: 2}\n',
        learnt: ['answers at most 500 studies to a query', 'does not match ModalitiesInStudy'],
        schedules: schedules().slice(0, 1),
        modalities: ['CT', 'MG'],
        store: 'harvest',
      },
    };
  if (part[0] === 'nodes' && part[2] === 'echo') return { ok: true, text: 'answers', milliseconds: 3 };
  if (part[0] === 'nodes' && part[2] === 'test') return [202, { run: begin('node_test', part[1]) }];
  if (path === '/stores') return { stores: stores() };
  if (path === '/stores/associations')
    return page(
      Array.from({ length: 30 }, (_, i) => ({
        id: 30 - i,
        store: i % 4 ? 'harvest' : 'native',
        calling_ae: i % 9 === 4 ? 'UNKNOWN' : 'MAINPACS',
        called_ae: 'HARVESTER',
        peer_address: '10.1.2.3',
        started_at: before(i),
        ended_at: before(i - 0.01),
        outcome: i % 9 === 4 ? 'refused: calling AE title not recognised' : 'released',
        objects: i % 9 === 4 ? 0 : 12,
      })),
      url,
      'associations',
    );
  if (path === '/schedules') return { schedules: schedules() };
  if (path === '/schedules/next') return { runs: runs() };
  if (part[0] === 'schedules' && part[3] === 'run') return [202, { run: begin('schedule', part[1]) }];
  if (part[0] === 'schedules') return ((state.paused = part[3] === 'pause'), {});
  if (path === '/harvests' && method === 'GET') {
    const wanted = url.searchParams.get('state')?.split(',');
    const kind = url.searchParams.get('kind');
    return page(
      state.harvests.filter((each) => (!wanted || wanted.includes(each.state)) && (!kind || each.kind === kind)),
      url,
      'harvests',
    );
  }
  if (path === '/queries' || path === '/harvests')
    return body.node
      ? [202, { run: begin(path === '/queries' ? 'query' : 'harvest', body.node) }]
      : [400, { error: 'node is missing', kind: 'request' }];
  if (part[0] === 'harvests' && part.length === 2) {
    const one = state.harvests.find((each) => each.harvest === Number(part[1]));
    return (
      one && {
        harvest: {
          ...one,
          open_windows:
            one.state === 'interrupted'
              ? [
                  {
                    modality: 'CT',
                    from: day(1),
                    until: day(1),
                    time_from: '12:00:00',
                    time_until: '23:59:59',
                    state: 'pending',
                    attempts: 1,
                    message: '',
                  },
                ]
              : [],
          open_requests: one.missing
            ? [
                {
                  request: 5,
                  study: 1003,
                  state: 'failed',
                  attempts: 3,
                  missing: 2,
                  message: 'A702: the node could not send',
                  dimse_status: 42754,
                },
              ]
            : [],
          failed_objects: one.failed
            ? [{ object: 57, reason: 'empty_report', message: 'a dose report without any content' }]
            : [],
          progress: null,
        },
      }
    );
  }
  if (part[0] === 'harvests' && part[2] === 'log')
    return {
      windows: [
        { modality: 'CT', from: day(1), until: day(1), state: 'verified', answers: 187, sent: 187, attempts: 1 },
      ],
      requests: [
        {
          request: 1,
          study: 1000,
          level: 'series',
          attempts: 1,
          state: 'done',
          status: '0000',
          sent_at: before(6),
          completed: 1,
          failed: 0,
          expected: 1,
          arrived: 1,
          message: '',
        },
      ],
    };
  if (part[0] === 'harvests' && part[2] === 'studies' && part.length === 3) {
    const [verdict, reason] = [url.searchParams.get('verdict'), url.searchParams.get('reason')];
    return page(
      found.filter((each) => (!verdict || each.verdict === verdict) && (!reason || each.reason === reason)),
      url,
      'studies',
    );
  }
  if (part[0] === 'harvests' && part[2] === 'studies')
    return {
      study: found.find((each) => each.study === Number(part[3])),
      series: [
        {
          series: 1,
          series_instance_uid: '2.999.5.1.1',
          modality: 'CT',
          description: 'Abdomen 5.0',
          number: 2,
          instance_count: 122,
          availability: 'ONLINE',
          station_name: 'CT1',
          verdict: 'skip',
          reason: 'images_not_needed',
          requests: [],
          instances_listed: 0,
          expected: 0,
          arrived: 0,
          missing: 0,
          failed: 0,
        },
        {
          series: 2,
          series_instance_uid: '2.999.5.1.2',
          modality: 'SR',
          description: 'Patient Protocol',
          number: 999,
          instance_count: 1,
          availability: 'ONLINE',
          station_name: 'CT1',
          verdict: 'retrieve',
          reason: 'dose_report',
          requests: [
            {
              request: 1,
              level: 'series',
              state: 'done',
              attempts: 1,
              completed: 1,
              failed: 0,
              warning: 0,
              message: '',
            },
          ],
          instances_listed: 1,
          expected: 1,
          arrived: 1,
          missing: 0,
          failed: 0,
        },
      ],
    };
  if (part[0] === 'harvests' && part[2] === 'series')
    return {
      instances: [
        {
          sop_instance_uid: '2.999.5.1.2.1',
          sop_class_uid: '1.2.840.10008.5.1.4.1.1.88.67',
          sop_class: 'X-Ray Radiation Dose SR',
          number: 1,
          verdict: 'retrieve',
          reason: 'dose_report',
          expected_state: 'imported',
          expected_reason: '',
          object: 44,
          object_state: 'imported',
          object_reason: '',
          study: 12,
        },
      ],
      next: null,
    };
  if (part[0] === 'harvests' && ['resume', 'retry', 'retrieve'].includes(part[2]))
    return ((state.asked = body), [202, { run: begin(part[2], 'main-pacs') }]);
  if (part[0] === 'harvests' && ['pause', 'cancel'].includes(part[2])) {
    const one = state.harvests.find((each) => each.harvest === Number(part[1]));
    one.state = part[2] === 'pause' ? 'interrupted' : 'cancelled';
    return {};
  }
  if (path === '/runs') return { runs: [...state.runs].reverse() };
  if (part[0] === 'runs' && part.length === 2)
    return { run: { ...state.runs.find((each) => each.run === Number(part[1])), events: [] } };
  if (part[0] === 'runs') return {};
  if (path === '/inbox')
    return page(
      Array.from({ length: 120 }, (_, i) => ({
        id: 160 - i,
        received_at: before(i / 3),
        ended_at: before(i / 3),
        way_in: ['harvest', 'push', 'watch'][i % 3],
        calling_ae: 'MAINPACS',
        called_ae: 'HARVESTER',
        peer_address: '10.1.2.3',
        modality: 'SR',
        object_kind: ['ct_rdsr', 'mg_image', 'other_sr'][i % 3],
        sop_class: ['X-Ray Radiation Dose SR', 'Digital Mammography X-Ray Image', 'Comprehensive SR'][i % 3],
        size_bytes: 18_000 + i * 997,
        state: i % 3 === 2 ? 'ignored' : i === 0 ? 'received' : 'imported',
        reason: i % 3 === 2 ? 'not_a_dose_report' : '',
        message: '',
        attempts: 1,
        study: i % 3 === 2 || i === 0 ? null : 12 + i,
      })),
      url,
      'objects',
    );
  if (path === '/inbox/counts')
    return {
      objects: [
        { kind: 'ct_rdsr', state: 'imported', objects: 2100 },
        { kind: 'mg_image', state: 'imported', objects: 840 },
        { kind: 'other_sr', state: 'ignored', objects: 310 },
      ],
      waiting: 3,
      in_quarantine: state.quarantine.length,
    };
  if (path === '/quarantine')
    return {
      in_quarantine: state.quarantine.length,
      by_reason: Object.fromEntries(state.quarantine.map((each) => [each.reason, 1])),
      ...page(state.quarantine, url, 'objects'),
    };
  if (part[0] === 'quarantine' && method === 'GET') {
    const one = state.quarantine.find((each) => each.id === Number(part[1]));
    return (
      one && {
        object: {
          ...one,
          sop_class_uid: '1.2.840.10008.5.1.4.1.1.88.67',
          sop_instance_uid: '2.999.5.1',
          modality: 'SR',
          calling_ae: 'MAINPACS',
          called_ae: 'HARVESTER',
          peer_address: '10.1.2.3',
          sha256: 'ab'.repeat(32),
          file: 'spool/objects/2026-01-05/57.dcm',
          import_attempts: [{ started_at: before(3), ended_at: before(3), outcome: one.reason }],
        },
      }
    );
  }
  if (part[0] === 'quarantine') {
    const hit = state.quarantine.filter((each) => body.all || body.ids.includes(each.id));
    state.quarantine = state.quarantine.filter(
      (each) => !hit.includes(each) || (part[1] === 'retry' && each.reason === 'poison'),
    );
    return {
      ends: hit.map((each) => ({
        object: each.id,
        ended: part[1] === 'drop' ? 'dropped' : 'imported',
        state: part[1] === 'drop' ? 'dropped' : 'imported',
        reason: '',
        message: '',
      })),
    };
  }
  if (path === '/coverage') return calendar(url);
  if (path === '/studies') {
    const scanner = url.searchParams.get('scanner');
    const protocol = url.searchParams.get('protocol')?.toLowerCase();
    const fit = studies.filter(
      (each) =>
        (!scanner || each.scanner === Number(scanner)) && (!protocol || each.protocol.toLowerCase() === protocol),
    );
    const by = url.searchParams.get('sort');
    const sorted = by
      ? [...fit].sort((a, b) => (a[by] < b[by] ? -1 : 1) * (url.searchParams.get('descending') === 'true' ? -1 : 1))
      : fit;
    const rows =
      role === 'patient' ? sorted.map((each) => ({ ...each, patient_name: badName, patient_id: 'P4711' })) : sorted;
    return { total: fit.length, ...page(rows, url, 'studies') };
  }
  if (path === '/studies/find') {
    const rows = studies.filter(
      (each) => each.accession_number === body.accession_number || each.study_instance_uid === body.study_instance_uid,
    );
    return { studies: rows, total: rows.length, next: null };
  }
  if (path === '/explain')
    return {
      findings:
        body.what === 'unknown'
          ? []
          : [
              {
                harvest: 90,
                node: 'main-pacs',
                harvest_state: 'complete',
                harvest_began: before(6),
                study_row: 1000,
                study: '2.999.5.0',
                date: day(1),
                modalities: 'CT',
                verdict: 'retrieve',
                reason: 'dose_report',
                message: '',
                series: [
                  {
                    uid: '2.999.5.0.2',
                    modality: 'SR',
                    description: 'Patient Protocol',
                    verdict: 'retrieve',
                    reason: 'dose_report',
                    requests: [{ id: 1, level: 'series', state: 'done', message: '', attempts: 1 }],
                    instances: [
                      {
                        uid: '2.999.5.0.2.1',
                        sop_class: '',
                        verdict: 'retrieve',
                        reason: 'dose_report',
                        expected_state: 'imported',
                        expected_reason: '',
                        object: 44,
                      },
                    ],
                  },
                ],
              },
            ],
      objects: [],
    };
  if (part[0] === 'studies') {
    const row = studies.find((each) => each.study === Number(part[1]));
    return row && studyDetail(row, role === 'patient');
  }
  if (path === '/filters')
    return {
      scanners: scanners.map((each) => ({ ...each, studies: 100 })),
      protocols: protocols.map((text) => ({ text, events: 10 })),
      descriptions: [{ text: 'CT Head', studies: 3 }],
      procedures: [],
      standard_names: [],
      first_date: day(400),
      last_date: day(0),
    };
  if (part[0] === 'charts') return charts(part[1], url);
  if (path === '/jobs')
    return page(
      [
        {
          id: 3,
          kind: 'harvest',
          arguments: { nodes: ['main-pacs'], from: day(1) },
          state: 'done',
          exit_code: 0,
          message: '',
          created_at: before(6),
          ended_at: before(5.4),
        },
        {
          id: 2,
          kind: 'quarantine_retry',
          arguments: {},
          state: 'failed',
          exit_code: 3,
          message: 'one is still not readable',
          created_at: before(8),
          ended_at: before(8),
        },
      ],
      url,
      'jobs',
    );
  if (path === '/audit')
    return page(
      Array.from({ length: 25 }, (_, i) => ({
        id: 25 - i,
        at: before(i),
        kind: ['query', 'association', 'study_shown'][i % 3],
        subject: 'main-pacs',
        detail: { by: 'anna', modalities: ['CT'] },
      })),
      url,
      'events',
    );
  if (path === '/reload')
    return method === 'POST'
      ? ((state.reloads = {
          at: now(),
          ok: false,
          faults: ["profiles/main-pacs.yaml:7:17: remote.port: '0104' is not a port number"],
        }),
        [202, {}])
      : state.reloads;
  if (path === '/statistics')
    return {
      schema: 1,
      database_bytes: 4e8,
      write_ahead_log_bytes: 1e6,
      free_bytes: 81e9,
      tables: [
        { table: 'study', rows: 31250 },
        { table: 'ct_event', rows: 91250 },
      ],
      objects: [{ kind: 'ct_rdsr', state: 'imported', objects: 2100, size_bytes: 91e6 }],
    };
  return undefined;
}

function begin(kind, subject) {
  const run = state.runs.length + 1;
  let id = 0;
  if (kind !== 'node_test') {
    id = Math.max(...state.harvests.map((each) => each.harvest)) + 1;
    state.harvests.unshift(
      harvest(id, 'running', {
        kind: kind === 'query' ? 'query' : 'harvest',
        node: subject,
        found: 18,
        held: 0,
        fetched: 0,
        open: 18,
        ended_at: null,
        created_at: now(),
        ...(kind === 'query' ? { asked_for: 'query of CT' } : {}),
      }),
    );
  }
  state.runs.push({
    run,
    kind,
    subject,
    by: '',
    state: 'running',
    exit_code: null,
    began_at: now(),
    ended_at: null,
    harvests: id ? [id] : [],
  });
  return run;
}

async function stream(response, path) {
  const [, what, number] = path.split('/');
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy,
  });
  let id = 0;
  const send = (event) => response.write(`id: ${++id}\ndata: ${JSON.stringify({ schema: 1, ...event })}\n\n`);
  const run = what === 'runs' ? state.runs.find((each) => each.run === Number(number)) : null;
  const harvested = run ? run.harvests[0] : Number(number);
  if (run?.kind === 'node_test') {
    for (const step of steps) (send({ event: 'step', node: run.subject, ...step }), await wait(120));
    Object.assign(run, { state: 'ended', exit_code: 3, ended_at: now() });
    send({ event: 'done', exit_code: 3 });
    return response.end();
  }
  if (run) send({ event: 'started', node: run.subject, harvest: harvested });
  for (let i = 1; i <= 6 && !response.destroyed; ++i) {
    send({
      event: 'progress',
      node: 'main-pacs',
      harvest: harvested,
      windows_open: i < 3 ? 1 : 0,
      studies_found: 10 * i,
      studies_decided: 9 * i,
      requests_planned: 18,
      requests_ended: 3 * i,
    });
    await wait(harvested === 91 ? 2000 : 150);
  }
  if (harvested === 91) return response.end();
  const one = state.harvests.find((each) => each.harvest === harvested);
  if (one.state === 'running')
    Object.assign(one, {
      state: 'complete',
      ended_at: now(),
      ...(one.kind === 'query' ? {} : { open: 0, fetched: 18 }),
    });
  if (run) Object.assign(run, { state: 'ended', exit_code: 0, ended_at: now() });
  send({ event: 'finished', node: 'main-pacs', harvest: harvested, state: one.state, exit_code: 0 });
  send({ event: 'done', exit_code: 0 });
  response.end();
}

const tokens = { looker: 'view', worker: 'operate', doctor: 'patient' };

async function serveFile(response, path) {
  const name = /^\/[a-z.]+$/.test(path) && extname(path) ? path.slice(1) : 'index.html';
  const text = await readFile(join(dist, name));
  response.writeHead(200, {
    'Content-Type': types[extname(name)],
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}

/** Serves until it is closed. `anonymous`: the role of who has no token. */
export function fixture({ port = 0, anonymous = 'operate' } = {}) {
  reset();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const path = url.pathname;
    if (!path.startsWith('/api/v1/')) return serveFile(response, path).catch(() => response.writeHead(404).end());
    const send = (status, object) => {
      response.writeHead(status, {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        'Content-Security-Policy': policy,
      });
      response.end(JSON.stringify({ schema: 1, ...object }));
    };
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const role = token === undefined ? anonymous : tokens[token];
    const call = path.slice('/api/v1'.length);
    if (call === '/session' && (role || token === undefined))
      return send(200, { role, name: token ?? '', token_required: role === 'none', version: '0.1.0', now: now() });
    if (!role || role === 'none') return send(401, { error: 'a token is needed', kind: 'unauthorized' });
    if (request.method === 'POST' && role === 'view' && !['/studies/find', '/explain'].includes(call))
      return send(403, { error: 'the role view may not do this', kind: 'forbidden' });
    if (call.endsWith('/events')) return stream(response, call);
    if (call.startsWith('/exports/')) {
      response.writeHead(200, {
        'Content-Type': 'text/csv',
        'Content-Disposition': `attachment; filename="studies.${call.split('/')[2]}"`,
      });
      return response.end('Study date,DLP total [mGy.cm]\r\n2026-01-05,432.53\r\n');
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    const made = answer(request.method, call, url, text ? JSON.parse(text) : {}, role);
    if (made === undefined) return send(404, { error: `there is no ${call}`, kind: 'not_found' });
    return Array.isArray(made) ? send(...made) : send(200, made);
  });
  return new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () =>
      resolve({
        server,
        state,
        address: `http://127.0.0.1:${server.address().port}`,
        close: () => (server.closeAllConnections(), server.close()),
      }),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { address } = await fixture({ port: Number(process.argv[2] ?? 8090), anonymous: process.argv[3] ?? 'operate' });
  console.log(address);
}
