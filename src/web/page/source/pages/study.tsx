/** One study: its totals, every event with all its values, where they come from, and who the patient is for whom may know. */
import { useState } from 'preact/hooks';
import { get } from '../api/client.ts';
import { count, listText, moment, nothing, number, personName, words } from '../format.ts';
import { headerOf, isForPrograms, titleOf, unitOf } from '../fields.ts';
import { Badge, Facts, Figure, Heading, Panel, Show } from '../parts/basics.tsx';
import { Dialog } from '../parts/forms.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { useLoad } from '../state.ts';
import { kindText } from '../words.ts';

type Row = Record<string, any>;

export function StudyPage({ id }: { id: string }) {
  const study = useLoad(id, (signal) => get(`/studies/${id}`, signal));
  const row = study.data?.study;
  const title = row ? [row.study_date, row.study_description || row.protocol].filter(Boolean).join(' ') : `Study ${id}`;
  return (
    <>
      <Heading title={title} tab={`Study ${id}`} above={{ href: '/studies', text: 'Studies' }} about={row?.equipment} />
      <Show of={study}>{(data) => <Study of={data} />}</Show>
    </>
  );
}

function Study({ of }: { of: any }) {
  const { study: row, document: all, patient } = of;
  const events: Row[] = all.events ?? [];
  const harvests: number[] = of.harvests ?? [];
  return (
    <div class="page">
      {row.not_patient_indicator && <p class="warning">A test patient ({row.not_patient_indicator}).</p>}
      <Totals of={all.summary ?? {}} row={row} />
      {patient && (
        <Panel title="Patient">
          <Facts
            of={[
              ['Name', personName(patient.patient_name)],
              ['ID', patient.patient_id],
              ['Born', patient.patient_birth_date],
            ]}
          />
          {!patient.patient_name && !patient.patient_id && !patient.patient_birth_date && (
            <p class="empty">By the site's policy nothing of it is kept.</p>
          )}
        </Panel>
      )}
      <Panel title="Study">
        <Facts
          of={
            [
              ['Date and time', [row.study_date, row.study_time].filter(Boolean).join(' ')],
              ['Modality', listText(row.modality_type)],
              ['Description', row.study_description],
              ['Requested procedure', row.requested_procedure],
              ['Accession number', row.accession_number],
              ['Age', row.patient_age_decimal != null && `${number(row.patient_age_decimal)} years`],
              ['Sex', row.patient_sex],
              ['Height', row.patient_size_m != null && `${number(row.patient_size_m)} m`],
              ['Mass', row.patient_weight_kg != null && `${number(row.patient_weight_kg)} kg`],
              ['Operator', personName(row.operators_name)],
              ['Physician', personName(row.performing_physician_name)],
              ['Totals from', words(row.totals_from)],
              ['Comment', row.report_comment],
              ['Study Instance UID', <span class="code">{row.study_instance_uid}</span>],
              [
                'Harvests',
                harvests.length > 0 &&
                  harvests.map((harvest) => (
                    <a key={harvest} href={`/harvests/${harvest}`}>
                      {harvest}{' '}
                    </a>
                  )),
              ],
            ].filter(([, value]) => value !== false) as any
          }
        />
      </Panel>
      <Accumulated rows={all.accumulated ?? []} />
      <Events events={events} />
      {(all.pet_series ?? []).length > 0 && <Records title="PET series" rows={all.pet_series} />}
      <Panel title="Equipment">
        <Facts
          of={[
            ['Institution', row.institution_name],
            ['Department', row.institutional_department_name],
            ['Manufacturer', row.manufacturer],
            ['Model', row.manufacturer_model_name],
            ['Station', row.station_name],
            ['Serial number', row.device_serial_number],
            ['Software', all.study?.software_versions],
          ]}
        />
      </Panel>
      <Reports rows={all.reports ?? []} />
    </div>
  );
}

function Totals({ of, row }: { of: Row; row: Row }) {
  const shown = [
    'total_dlp',
    'total_dap',
    'total_rp_dose_a',
    'total_rp_dose_b',
    'total_fluoro_time',
    'total_agd_left',
    'total_agd_right',
    'total_agd_both',
    'total_administered_activity',
  ];
  return (
    <div class="figures">
      {shown
        .filter((name) => typeof of[name] === 'number')
        .map((name) => (
          <Figure key={name} value={number(of[name])} of={headerOf(name, of[name])} />
        ))}
      {row.max_ctdivol_mgy != null && <Figure value={number(row.max_ctdivol_mgy)} of="CTDIvol max [mGy]" />}
      <Figure value={count(of.number_of_events ?? row.number_of_events)} of="events" />
      <Figure value={count(row.reports)} of="dose objects" />
    </div>
  );
}

function Accumulated({ rows }: { rows: Row[] }) {
  if (!rows.length) return null;
  const hidden = ['order', 'plane'];
  return (
    <Records
      title="Accumulated"
      rows={rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.includes(name))))}
    />
  );
}

/** Records as a table of the columns that any of them has. */
function Records({ title, rows }: { title: string; rows: Row[] }) {
  const names = [
    ...new Set(
      rows.flatMap((row) =>
        Object.keys(row).filter((name) => !isForPrograms(name, row) && typeof row[name] !== 'object'),
      ),
    ),
  ];
  return (
    <Panel title={title}>
      <Table
        caption={title}
        rows={rows.map((row, i) => ({ ...row, key_: i }) as Row)}
        id={(row) => row.key_}
        columns={names.map((name) => {
          const sample = rows.find((row) => row[name] !== undefined)?.[name];
          return {
            key: name,
            title: headerOf(name, sample),
            number: typeof sample === 'number',
            wrap: typeof sample === 'string',
            cell: (row: Row) => shown(row[name]),
          };
        })}
      />
    </Panel>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return nothing;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

type Family = 'ct' | 'mg' | 'xray' | 'nm';

function familyOf(event: Row): Family {
  if ('xray_sources' in event || 'ct_acquisition_type' in event) return 'ct';
  if ('radiopharmaceutical_agent' in event || 'administered_activity' in event || 'organ_doses' in event) return 'nm';
  return 'average_glandular_dose' in event || 'compression_thickness' in event ? 'mg' : 'xray';
}

const brief: Record<string, string> = {
  'IEC Body Dosimetry Phantom': 'body, 32 cm',
  'IEC Head Dosimetry Phantom': 'head, 16 cm',
};

/** What a table has room for; the dialog of all values has the whole text. */
function shortly(value: unknown): string {
  const text = shown(value);
  return brief[text] ?? text.replace(/ Acquisition$/, '');
}

const titles: Record<Family, string> = {
  ct: 'CT events',
  mg: 'Mammography events',
  xray: 'X-ray events',
  nm: 'Administrations',
};

const source = (name: string) => (event: Row) =>
  (event.xray_sources ?? [])
    .map((each: Row) => shown(each[name]))
    .filter((each: string) => each !== nothing)
    .join(' / ') || null;

const columnsOf: Record<Family, (string | [string, string, (event: Row) => any])[]> = {
  ct: [
    'acquisition_protocol',
    'ct_acquisition_type',
    'target_region',
    'mean_ctdivol',
    'dlp',
    'ctdiw_phantom_type',
    'scanning_length',
    ['kvp', 'kVp [kV]', source('kvp')],
    ['ma', 'Tube current [mA]', source('xray_tube_current')],
    'pitch_factor',
    'exposure_time',
  ],
  xray: [
    'acquisition_protocol',
    'irradiation_event_type',
    'target_region',
    'acquisition_plane',
    'dose_area_product',
    'dose_rp',
    'kvp',
    'xray_tube_current',
    'exposure_uas',
    'exposure_time',
    'irradiation_duration',
    'exposure_index',
    'deviation_index',
    'positioner_primary_angle',
    'positioner_secondary_angle',
  ],
  mg: [
    'acquisition_protocol',
    'laterality',
    'image_view',
    'average_glandular_dose',
    'compression_thickness',
    'compression_force',
    'anode_target_material',
    [
      'filter',
      'Filter',
      (event) =>
        (event.filters ?? [])
          .map((each: Row) => each.xray_filter_material)
          .filter(Boolean)
          .join(' / ') || null,
    ],
    'kvp',
    'exposure_uas',
    'entrance_exposure_at_rp',
  ],
  nm: [
    'radiopharmaceutical_agent',
    'radionuclide',
    'administered_activity',
    'radiopharmaceutical_stop_datetime',
    'route_of_administration',
    'radiopharmaceutical_volume',
    'effective_dose',
  ],
};

function Events({ events }: { events: Row[] }) {
  const [open, setOpen] = useState<{ event: Row; name: string } | null>(null);
  const groups = (Object.keys(titles) as Family[]).map(
    (family) => [family, events.filter((event) => familyOf(event) === family)] as const,
  );
  if (!events.length)
    return (
      <Panel title="Events">
        <p class="empty">There are no events.</p>
      </Panel>
    );
  return (
    <>
      {groups
        .filter(([, rows]) => rows.length)
        .map(([family, rows]) => (
          <Panel key={family} title={`${titles[family]} (${count(rows.length)})`}>
            <Table
              caption={titles[family]}
              rows={rows.map((event, i) => ({ ...event, order_: i + 1 }) as Row)}
              id={(event) => event.order_}
              columns={eventColumns(family, rows, (event) => setOpen({ event, name: `Event ${event.order_}` }))}
            />
          </Panel>
        ))}
      {open && <AllValues event={open.event} name={open.name} onClose={() => setOpen(null)} />}
    </>
  );
}

/** The time alone where all events are of one day. */
function started(rows: Row[]): Column<Row> {
  const texts = rows.map((row) => String(row.date_time_started ?? row.radiopharmaceutical_start_datetime ?? ''));
  const one = new Set(texts.map((text) => text.slice(0, 10)).filter(Boolean)).size < 2;
  return {
    key: 'time',
    title: 'Started',
    cell: (event) =>
      (event.date_time_started ?? event.radiopharmaceutical_start_datetime)
        ?.replace('T', ' ')
        .slice(one ? 11 : 0, 19) || null,
  };
}

function eventColumns(family: Family, rows: Row[], onOpen: (event: Row) => void): Column<Row>[] {
  const columns: Column<Row>[] = [
    {
      key: 'order',
      title: 'Event',
      head: true,
      cell: (event) => (
        <button class="plain" aria-label={`Event ${event.order_}, all values`} onClick={() => onOpen(event)}>
          {event.order_}
        </button>
      ),
    },
    started(rows),
  ];
  for (const each of columnsOf[family]) {
    if (typeof each !== 'string') {
      const [key, title, cell] = each;
      if (rows.some((row) => cell(row) !== null)) columns.push({ key, title, number: key !== 'filter', cell });
      continue;
    }
    const sample = rows.find((row) => row[each] !== undefined && row[each] !== null)?.[each];
    if (sample === undefined) continue;
    columns.push({
      key: each,
      title: headerOf(each, sample, family === 'ct'),
      number: typeof sample === 'number',
      wrap: rows.some((row) => shortly(row[each]).length > 22),
      cell: (event) => shortly(event[each]),
    });
  }
  return columns;
}

/** Everything that is known of an event. */
function AllValues({ event, name, onClose }: { event: Row; name: string; onClose: () => void }) {
  const ct = familyOf(event) === 'ct';
  const plain = Object.entries(event).filter(
    ([key, value]) => key !== 'order_' && !isForPrograms(key, event) && (typeof value !== 'object' || value === null),
  );
  const lists = Object.entries(event).filter(
    ([, value]) => value && typeof value === 'object' && Object.keys(value).length > 0,
  );
  return (
    <Dialog title={name} onClose={onClose} wide>
      <div class="stack">
        <Facts
          of={plain.map(([key, value]) => [
            titleOf(key),
            [shown(value), unitOf(key, value, ct).replace('.', '·').replace(/2$/, '²')].filter(Boolean).join(' '),
          ])}
        />
        {lists.map(([key, value]) => (
          <section key={key}>
            <h3>{titleOf(key)}</h3>
            {(Array.isArray(value) ? value : [value]).map((each: any, i: number) =>
              typeof each === 'object' && each ? (
                <Facts
                  key={i}
                  of={Object.entries(each)
                    .filter(([inner]) => !isForPrograms(inner, each))
                    .map(([inner, text]) => [
                      titleOf(inner),
                      [shown(text), unitOf(inner, text, ct)].filter(Boolean).join(' '),
                    ])}
                />
              ) : (
                <span key={i}>{shown(each)} </span>
              ),
            )}
          </section>
        ))}
        <div class="buttons">
          <button onClick={onClose}>Close</button>
        </div>
      </div>
    </Dialog>
  );
}

function Reports({ rows }: { rows: Row[] }) {
  return (
    <Panel title="Dose objects">
      <Table
        caption="Dose objects"
        rows={rows}
        id={(row) => row.sop_instance_uid}
        columns={[
          { key: 'kind', title: 'Kind', head: true, cell: (row) => kindText(row.object_kind) },
          {
            key: 'counts',
            title: 'Counts',
            cell: (row) => (row.superseded_by ? <Badge>superseded</Badge> : <Badge tone="good">counts</Badge>),
          },
          {
            key: 'content',
            title: 'Content date',
            cell: (row) => [row.content_date, row.content_time].filter(Boolean).join(' ') || moment(null),
          },
          {
            key: 'flags',
            title: 'Flags',
            cell: (row) => [row.completion_flag, row.verification_flag].filter(Boolean).join(', ').toLowerCase(),
          },
          {
            key: 'warnings',
            title: 'Warnings',
            wrap: true,
            cell: (row) =>
              (row.warnings ?? [])
                .map((each: Row) =>
                  [words(each.kind), each.place, each.raw_value, each.raw_unit].filter(Boolean).join(' '),
                )
                .join('; ') || 'none',
          },
          { key: 'uid', title: 'SOP Instance UID', cell: (row) => <span class="code">{row.sop_instance_uid}</span> },
        ]}
      />
    </Panel>
  );
}
