// What the daemon that is none knows: nodes, stores, harvests, studies; always the same.
export const badName = '<img src=x onerror="document.title=1">Ev^il';

let seed = 7;
export const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
export const between = (low, high) => low + random() * (high - low);
export const now = () => new Date().toISOString();
export const before = (hours) => new Date(Date.now() - hours * 3600e3).toISOString();
export const day = (ago) => before(ago * 24).slice(0, 10);

export const scanners = [
  { scanner: 1, equipment: 'St. Anna CT1', modality: 'CT', model: 'SOMATOM Force', factor: 1 },
  { scanner: 2, equipment: 'St. Anna CT2', modality: 'CT', model: 'Revolution', factor: 1.25 },
  { scanner: 3, equipment: 'North Clinic CTNORTH', modality: 'CT', model: 'Aquilion ONE', factor: 0.85 },
  { scanner: 4, equipment: 'St. Anna MAMMO1', modality: 'MG', model: 'Selenia', factor: 1 },
];
export const protocols = [
  'Abdomen routine',
  'Thorax',
  'Head',
  'Thorax low dose',
  'Lumbar spine',
  'Angio aorta',
  'Sinus',
  'Trauma whole body with contrast medium and late phase',
];
export const descriptions = { Head: 'CT Head', Thorax: 'CT Thorax' };

export const studies = Array.from({ length: 137 }, (_, i) => {
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

export const quantiles = (n, median) => ({
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

export const state = {
  paused: false,
  quarantine: [],
  runs: [],
  reloads: { at: null, ok: true, faults: [] },
  harvests: [],
};

export function reset() {
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

export function harvest(id, word, more = {}) {
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

export const found = Array.from({ length: 60 }, (_, i) => ({
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

export const node = (name, more = {}) => ({
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
export const steps = [
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
export const nodes = () => [
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
export const schedules = () => [
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
export const folders = () => [
  {
    name: 'watch#1',
    taken: 4120,
    ends: { imported: { '': 4001 }, ignored: { duplicate: 100, other: 17 }, failed: { truncated: 2 } },
    not_dicom: 3,
    unreadable: 0,
    links: 0,
    sweeps: 200,
    lamp: 'ok',
    text: '4120 files taken',
  },
  {
    name: 'watch#2',
    taken: 0,
    ends: {},
    not_dicom: 0,
    unreadable: 0,
    links: 0,
    sweeps: 0,
    lamp: 'bad',
    text: 'the folder is not there',
  },
];

export const stores = () => [
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
export const runs = () =>
  [0, 1, 2].map((i) => ({
    node: i === 1 ? 'north' : 'main-pacs',
    name: i === 1 ? 'noon' : 'nightly',
    due: before(-9 - 11 * i),
    begins: before(-9.1 - 11 * i),
  }));

export const page = (rows, url, name, limitDefault = 50) => {
  const limit = Number(url.searchParams.get('limit') ?? limitDefault);
  const from = Number(url.searchParams.get('cursor') ?? 0);
  return { [name]: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
};
