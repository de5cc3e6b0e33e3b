/** Studies whose dose is in the database. */
import { useState } from 'preact/hooks';
import { get, post, queryOf } from '../api/client.ts';
import { count, listText, number, personName, withUnit, years } from '../format.ts';
import { Heading, Panel, Problem, Refresh, Show } from '../parts/basics.tsx';
import { DoseFilters, filtersOf } from '../parts/dose_filters.tsx';
import { TextField } from '../parts/forms.tsx';
import { Pager, Table, type Column } from '../parts/table.tsx';
import { go, setQuery, usePlace } from '../router.ts';
import { useLoad, useMay, usePrivate } from '../state.ts';
import type { ApiError } from '../api/client.ts';

/** `sort`: as the daemon calls the order by it. */
const value = (name: string, title: string, unit?: string, sort = ''): Column<any> => ({
  key: sort || name,
  title: withUnit(title, unit),
  number: true,
  sort: sort !== '',
  cell: (row) => number(row[name]),
});

const agd = (row: any) => {
  const sides = [row.total_agd_left_mgy, row.total_agd_right_mgy, row.total_agd_both_mgy].filter(
    (each) => typeof each === 'number',
  );
  return sides.length ? sides.reduce((sum, each) => sum + each, 0) : null;
};

const ofFamily: Record<string, Column<any>[]> = {
  ct: [value('total_dlp_mgycm', 'DLP', 'mGy.cm', 'dose'), value('max_ctdivol_mgy', 'CTDIvol max', 'mGy')],
  xray: [
    value('total_dap_gym2', 'DAP', 'Gy.m2', 'dose'),
    value('total_rp_dose_a_gy', 'Dose at RP', 'Gy'),
    value('total_fluoro_time_s', 'Fluoroscopy', 's'),
  ],
  mg: [
    value('total_agd_left_mgy', 'AGD left', 'mGy'),
    value('total_agd_right_mgy', 'AGD right', 'mGy'),
    { key: 'dose', title: 'AGD total [mGy]', number: true, sort: true, cell: (row) => number(agd(row)) },
  ],
  nm: [
    { key: 'agent', title: 'Radiopharmaceutical', wrap: true, cell: (row) => row.radiopharmaceutical },
    value('total_administered_activity_mbq', 'Activity', 'MBq', 'dose'),
  ],
  '': [
    {
      key: 'dose',
      title: 'Dose',
      number: true,
      cell: (row) =>
        row.total_dlp_mgycm != null
          ? `${number(row.total_dlp_mgycm)} mGy·cm`
          : agd(row) != null
            ? `${number(agd(row))} mGy`
            : row.total_dap_gym2 != null
              ? `${number(row.total_dap_gym2)} Gy·m²`
              : row.total_administered_activity_mbq != null
                ? `${number(row.total_administered_activity_mbq)} MBq`
                : null,
    },
  ],
};

export function studyColumns(family: string, patient: boolean): Column<any>[] {
  return [
    {
      key: 'study_date',
      title: 'Date and time',
      head: true,
      sort: true,
      cell: (row) => (
        <a href={`/studies/${row.study}`}>
          {row.study_date ?? 'no date'} {row.study_time?.slice(0, 5)}
        </a>
      ),
    },
    ...(family && family !== 'xray'
      ? []
      : [{ key: 'modality_type', title: 'Modality', cell: (row: any) => listText(row.modality_type) }]),
    { key: 'study_description', title: 'Description', wrap: true, cell: (row) => row.study_description },
    { key: 'protocol', title: 'Protocol', wrap: true, sort: true, cell: (row) => row.protocol },
    { key: 'equipment', title: 'System', wrap: true, sort: true, cell: (row) => row.equipment },
    ...(patient
      ? [
          {
            key: 'patient',
            title: 'Patient',
            wrap: true,
            cell: (row: any) => [personName(row.patient_name), row.patient_id].filter(Boolean).join(', ') || null,
          },
        ]
      : []),
    { key: 'accession', title: 'Accession', cell: (row) => row.accession_number },
    { key: 'age', title: 'Age', number: true, cell: (row) => years(row.patient_age_decimal) },
    { key: 'sex', title: 'Sex', cell: (row) => row.patient_sex },
    { key: 'events', title: 'Events', number: true, sort: true, cell: (row) => count(row.number_of_events) },
    ...(ofFamily[family] ?? ofFamily['']),
  ];
}

export function Studies() {
  const { query } = usePlace();
  const filters = filtersOf(query);
  const family = filters.family ?? '';
  const patient = useMay('patient');
  const [sort, descending] = [query.get('sort') ?? '', query.has('descending')];
  const ask = queryOf({
    ...filters,
    sort,
    descending: sort ? String(descending) : '',
    cursor: query.get('cursor'),
    limit: 50,
  });
  const studies = useLoad(ask, (signal) => get('/studies' + ask, signal));
  return (
    <>
      <Heading title="Studies" about="Every study whose dose is in the database.">
        <Refresh of={studies} />
        <a class="button" href={'/charts' + queryOf({ ...filters, cursor: '', family: family || 'ct' })}>
          Charts of these
        </a>
        <a class="button" href={'/exports' + queryOf({ ...filters, what: family || 'studies' })}>
          Export these
        </a>
      </Heading>
      <Panel>
        <DoseFilters family={family} />
      </Panel>
      <Find />
      <Show of={studies}>
        {(data) => (
          <>
            <Table
              caption="Studies"
              rows={data.studies}
              id={(row: any) => row.study}
              columns={studyColumns(family, patient)}
              empty="No study fits."
              mark={(row: any) => (row.not_patient_indicator ? 'quiet' : undefined)}
              sorting={{
                by: sort || 'study_date',
                descending: sort ? descending : true,
                onSort: (by, down) => setQuery({ sort: by, descending: down, cursor: null }),
              }}
            />
            <Pager shown={data.studies.length} next={data.next} total={data.total} what="studies" />
          </>
        )}
      </Show>
    </>
  );
}

/** By accession number or UID: neither goes into the address. */
function Find() {
  const [what, setWhat] = usePrivate('find');
  const [error, setError] = useState<ApiError | null>(null);
  const [found, setFound] = useState<any[] | null>(null);
  const patient = useMay('patient');
  const find = async () => {
    const text = what.trim();
    if (!text) return;
    setError(null);
    try {
      const body = /^[0-9]+(\.[0-9]+){3,}$/.test(text) ? { study_instance_uid: text } : { accession_number: text };
      const { studies } = await post('/studies/find', body);
      if (studies.length === 1) go(`/studies/${studies[0].study}`);
      else setFound(studies);
    } catch (failure) {
      setError(failure as ApiError);
    }
  };
  return (
    <Panel title="Find one study">
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void find();
        }}
      >
        <div class="wide">
          <TextField
            label="Accession number or Study Instance UID"
            value={what}
            onValue={setWhat}
            hint="Does not go into the address."
          />
        </div>
        <div class="actions">
          <button type="submit">Find</button>
        </div>
      </form>
      {error && <Problem error={error} />}
      <div role="status">{found && found.length === 0 && <p class="empty">No such study is here.</p>}</div>
      {found && found.length > 1 && (
        <Table caption="Studies found" rows={found} id={(row: any) => row.study} columns={studyColumns('', patient)} />
      )}
    </Panel>
  );
}
