/** Filters of studies and of charts: the same names in the address as in the API. None of them tells who a patient is. */
import { get, queryOf } from '../api/client.ts';
import { Check, Choice, DateField, LateTextField } from './forms.tsx';
import { setQuery, usePlace } from '../router.ts';
import { useLoad } from '../state.ts';

export const filterNames = [
  'family',
  'modality',
  'from',
  'until',
  'institution',
  'station',
  'equipment',
  'scanner',
  'protocol',
  'description',
  'procedure',
  'sex',
  'age_from',
  'age_until',
  'weight_from',
  'weight_until',
  'dose_from',
  'dose_until',
  'without_tests',
];

export type Filters = Record<string, string>;

/** What the address says; `without_tests` as the API has it. */
export function filtersOf(query: URLSearchParams): Filters {
  const filters: Filters = {};
  for (const name of filterNames) {
    const value = query.get(name);
    if (value) filters[name] = name === 'without_tests' ? 'true' : value;
  }
  return filters;
}

export const families: [string, string][] = [
  ['ct', 'CT'],
  ['xray', 'X-ray'],
  ['mg', 'Mammography'],
  ['nm', 'Nuclear medicine'],
];

export const doseOf: Record<string, [string, string]> = {
  ct: ['DLP', 'mGy·cm'],
  xray: ['DAP', 'Gy·m²'],
  mg: ['AGD', 'mGy'],
  nm: ['Activity', 'MBq'],
};

const rare = [
  'institution',
  'station',
  'procedure',
  'sex',
  'age_from',
  'age_until',
  'weight_from',
  'weight_until',
  'dose_from',
  'dose_until',
];

export function useChoices(family: string) {
  return useLoad(`filters ${family}`, (signal) => get('/filters' + queryOf({ family }), signal));
}

/** `only`: these filters alone are offered. */
export function DoseFilters({
  withFamily = true,
  family,
  only,
}: {
  withFamily?: boolean;
  family: string;
  only?: string[];
}) {
  const { query } = usePlace();
  const choices = useChoices(family).data ?? {};
  const value = (name: string) => query.get(name) ?? '';
  const set = (name: string) => (to: string) => setQuery({ [name]: to, cursor: null }, true);
  const texts = (name: string): string[] => (choices[name] ?? []).map((each: any) => each.text).filter(Boolean);
  const [dose, unit] = doseOf[family] ?? ['Dose', ''];
  const has = (name: string) => !only || only.includes(name);
  const text = (name: string, label: string, list?: string[]) =>
    has(name) && <LateTextField label={label} value={value(name)} onValue={set(name)} list={list} />;
  const number = (name: string, label: string) =>
    has(name) && (
      <LateTextField label={label} type="number" step="any" min={0} value={value(name)} onValue={set(name)} />
    );
  const narrowed = filterNames.some((name) => name !== 'family' && value(name));
  return (
    <form class="stack" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <div class="filters">
        {withFamily && (
          <Choice
            label="Kind"
            value={value('family')}
            onValue={(to) => setQuery({ family: to, cursor: null, dose_from: null, dose_until: null }, true)}
            options={[['', 'all'], ...families]}
          />
        )}
        <DateField label="Study date from" value={value('from')} onValue={set('from')} />
        <DateField label="Study date until" value={value('until')} onValue={set('until')} />
        {has('scanner') ? (
          <Choice
            label="System"
            value={value('scanner')}
            onValue={set('scanner')}
            options={[
              ['', 'all'],
              ...((choices.scanners ?? []).map((each: any) => [
                String(each.scanner),
                `${each.equipment} (${each.studies})`,
              ]) as [string, string][]),
            ]}
          />
        ) : (
          text(
            'equipment',
            'System',
            (choices.scanners ?? []).map((each: any) => each.equipment),
          )
        )}
        {text('protocol', family === 'nm' ? 'Radiopharmaceutical' : 'Protocol', texts('protocols'))}
        {text('description', 'Study description', texts('descriptions'))}
      </div>
      <details open={rare.some(value)}>
        <summary>More filters</summary>
        <div class="filters">
          {text('procedure', 'Requested procedure', texts('procedures'))}
          {text('institution', 'Institution')}
          {text('station', 'Station')}
          {has('sex') && (
            <Choice
              label="Sex"
              value={value('sex')}
              onValue={set('sex')}
              options={[
                ['', 'all'],
                ['F', 'F'],
                ['M', 'M'],
                ['O', 'O'],
              ]}
            />
          )}
          {number('age_from', 'Age from [years]')}
          {number('age_until', 'Age until [years]')}
          {number('weight_from', 'Mass from [kg]')}
          {number('weight_until', 'Mass until [kg]')}
          {family && number('dose_from', `${dose} from [${unit}]`)}
          {family && number('dose_until', `${dose} until [${unit}]`)}
        </div>
      </details>
      <div class="actions">
        <Check
          label="Leave out test patients"
          checked={query.has('without_tests')}
          onChecked={(on) => setQuery({ without_tests: on, cursor: null }, true)}
        />
        {narrowed && (
          <button
            type="button"
            onClick={() =>
              setQuery(
                Object.fromEntries(
                  [...filterNames.filter((name) => name !== 'family'), 'cursor'].map((name) => [name, null]),
                ),
              )
            }
          >
            Clear filters
          </button>
        )}
        <span class="hint">In texts, * and ? stand for anything; upper and lower case are the same.</span>
      </div>
    </form>
  );
}
