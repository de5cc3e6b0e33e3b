// The API's answers of the daemon that is none. Each function knows some addresses, and returns an object, or a status and
// an object; nothing for what it does not know.
import {
  badName,
  before,
  day,
  found,
  harvest,
  nodes,
  now,
  page,
  protocols,
  runs,
  scanners,
  schedules,
  state,
  steps,
  folders,
  stores,
  studies,
} from './fixture_data.mjs';
import { calendar, charts, home, studyDetail } from './fixture_pictures.mjs';

function ofNodes({ method, path, part, url, body, role }) {
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
  if (path === '/stores') return { stores: stores(), folders: folders() };
  if (part[0] === 'stores' && part[2] === 'echo') return { ok: true, text: 'answers', milliseconds: 2 };
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
}

function ofHarvests({ method, path, part, url, body, role }) {
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
}

function ofObjects({ method, path, part, url, body, role }) {
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
}

function ofStudies({ method, path, part, url, body, role }) {
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
}

function ofUpkeep({ method, path, part, url, body, role }) {
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
}

export function answer(method, path, url, body, role) {
  const call = { method, path, part: path.split('/').slice(1), url, body, role };
  for (const known of [ofNodes, ofHarvests, ofObjects, ofStudies, ofUpkeep]) {
    const made = known(call);
    if (made !== undefined) return made;
  }
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
