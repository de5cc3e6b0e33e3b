// Charts, calendar, home and the detail of a study, made up.
import {
  badName,
  before,
  between,
  day,
  nodes,
  now,
  protocols,
  quantiles,
  runs,
  scanners,
  schedules,
  state,
  stores,
} from './fixture_data.mjs';

export const groups = () =>
  protocols.map((group, i) => ({
    group,
    n: 400 - i * 45,
    all: quantiles(400 - i * 45, 480 - i * 50),
    scanners: scanners.slice(0, i === 6 ? 2 : 3).map((each) => ({
      scanner: each.scanner,
      equipment: each.equipment,
      ...quantiles(130 - i * 15, (480 - i * 50) * each.factor),
    })),
  }));

export function charts(name, url) {
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

export const eventOf = (i) => ({
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

export const studyDetail = (row, patient) => ({
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

export function home() {
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
      folders: { lamp: 'bad', text: '1 of 2: the folder is not there' },
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

export const calendar = (url) => ({
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
