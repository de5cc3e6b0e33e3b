/** The same data as files for other programs. */
import { useState } from 'preact/hooks';
import { download, queryOf } from '../api/client.ts';
import { isoDay, words } from '../format.ts';
import { Heading, Panel } from '../parts/basics.tsx';
import { Check, Choice, Segments } from '../parts/forms.tsx';
import { DoseFilters, filtersOf } from '../parts/dose_filters.tsx';
import { setQuery, usePlace } from '../router.ts';
import { attempt, useMay } from '../state.ts';

const whats: [string, string][] = [
  ['studies', 'Studies: a line for each'],
  ['ct', 'CT events'],
  ['xray', 'X-ray events'],
  ['mg', 'Mammography events'],
  ['nm', 'Administrations'],
];

// What the export can be narrowed by; studies and charts know more.
const known = ['from', 'until', 'institution', 'station', 'equipment', 'protocol', 'description', 'without_tests'];

const formats: [string, string][] = [
  ['xlsx', 'Excel workbook'],
  ['csv', 'CSV'],
  ['json', 'JSON'],
  ['ndjson', 'JSON lines'],
];

export function Exports() {
  const { query } = usePlace();
  const what = query.get('what') ?? 'studies';
  const format = query.get('format') ?? 'xlsx';
  const mayPatient = useMay('patient');
  const [patient, setPatient] = useState(false);
  const [busy, setBusy] = useState(false);
  const filters = filtersOf(query);
  const family = what === 'studies' ? '' : what;
  const others = Object.keys(filters).filter((name) => name !== 'family' && !known.includes(name));
  const begin = async () => {
    setBusy(true);
    const narrowed = Object.fromEntries(Object.entries(filters).filter(([name]) => known.includes(name)));
    const ask = queryOf({
      ...narrowed,
      what,
      bom: format === 'csv' && query.has('bom') ? 'true' : '',
      patient: patient && mayPatient ? 'true' : '',
    });
    await attempt(
      () => download(`/exports/${format}${ask}`, `${what}-${isoDay(new Date())}.${format}`),
      'The file is saved.',
    );
    setBusy(false);
  };
  return (
    <>
      <Heading
        title="Exports"
        about="The same rows and columns as harvester export writes on the command line. Units stand in the headers."
      />
      <Panel title="What">
        <div class="stack">
          <div class="filters">
            <div class="wide">
              <Choice label="Rows" value={what} onValue={(to) => setQuery({ what: to }, true)} options={whats} />
            </div>
          </div>
          <Segments label="Format" value={format} options={formats} onValue={(to) => setQuery({ format: to }, true)} />
          <div class="actions">
            {format === 'csv' && (
              <Check
                label="For old spreadsheets: byte order mark"
                checked={query.has('bom')}
                onChecked={(on) => setQuery({ bom: on }, true)}
              />
            )}
            {mayPatient && (
              <Check
                label="With patient name, id and birth date, as far as they are kept (recorded in the audit)"
                checked={patient}
                onChecked={setPatient}
              />
            )}
          </div>
        </div>
      </Panel>
      <Panel title="Which studies">
        <div class="stack">
          {others.length > 0 && (
            <p class="warning">
              An export is not narrowed by {others.map(words).join(', ')}: it holds more than the list of studies did.
            </p>
          )}
          <DoseFilters withFamily={false} family={family} only={known} />
        </div>
      </Panel>
      <div class="buttons">
        <button class="primary" disabled={busy} onClick={begin}>
          {busy ? 'Being written …' : 'Export'}
        </button>
      </div>
    </>
  );
}
