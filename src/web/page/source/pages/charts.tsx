/** Dose charts. The daemon does the sums; what is shown is in the address. */
import { useState } from 'preact/hooks';
import { download, get, queryOf } from '../api/client.ts';
import { BoxChart } from '../charts/box.tsx';
import { FrequencyChart } from '../charts/frequency.tsx';
import { HeatChart } from '../charts/heat.tsx';
import { HistogramChart } from '../charts/histogram.tsx';
import { ThicknessChart } from '../charts/thickness.tsx';
import { TimeChart } from '../charts/time.tsx';
import { count, number, plural, unit as printed } from '../format.ts';
import { Heading, Lamp, Panel, Show } from '../parts/basics.tsx';
import { DoseFilters, filtersOf, type Filters } from '../parts/dose_filters.tsx';
import { Choice, Segments } from '../parts/forms.tsx';
import { Table } from '../parts/table.tsx';
import { go, setQuery, usePlace } from '../router.ts';
import { attempt, useLoad } from '../state.ts';
import { toneOf } from '../words.ts';

const measures: [name: string, text: string, family: string][] = [
  ['dlp', 'DLP', 'ct'],
  ['ctdivol', 'CTDIvol', 'ct'],
  ['dap', 'DAP', 'xray'],
  ['rp_dose', 'Dose at RP', 'xray'],
  ['agd', 'AGD', 'mg'],
  ['activity', 'Activity', 'nm'],
];

const kinds: [string, string][] = [
  ['summary', 'By group'],
  ['time', 'Over time'],
  ['histogram', 'Histogram'],
  ['frequency', 'Frequency'],
  ['thickness', 'Against thickness'],
  ['drl', 'DRL'],
  ['workload', 'Workload'],
];

const groupings: [string, string][] = [
  ['protocol', 'protocol'],
  ['standard_name', 'standard name'],
  ['study_description', 'study description'],
  ['requested_procedure', 'requested procedure'],
  ['none', 'not at all'],
];

interface View {
  kind: string;
  measure: string;
  text: string;
  family: string;
  by: string;
  split: string;
  filters: Filters;
}

export function Charts() {
  const { query } = usePlace();
  const [turn, again] = useState(0);
  const kind = query.get('chart') ?? 'summary';
  const wanted = query.get('measure') ?? measures.find(([, , family]) => family === query.get('family'))?.[0] ?? 'dlp';
  const [measure, text, family] =
    kind === 'thickness' ? measures[4] : (measures.find(([name]) => name === wanted) ?? measures[0]);
  const filters = filtersOf(query);
  delete filters.family;
  const view: View = {
    kind,
    measure,
    text,
    family,
    by: query.get('by') ?? 'protocol',
    split: query.get('split') ?? 'scanner',
    filters,
  };
  return (
    <>
      <Heading
        title="Charts"
        about="Worked out by the daemon over everything that the filters let through. A click on a mark shows the studies behind it."
      >
        <button onClick={() => again(turn + 1)}>Refresh</button>
      </Heading>
      <Panel>
        <div class="stack">
          <Segments
            label="Chart"
            value={kind}
            options={kinds}
            onValue={(to) => setQuery({ chart: to === 'summary' ? null : to })}
          />
          <Options view={view} query={query} />
          <DoseFilters withFamily={false} family={family} />
        </div>
      </Panel>
      <Panel key={turn}>
        <Picture view={view} query={query} />
      </Panel>
    </>
  );
}

function Options({ view, query }: { view: View; query: URLSearchParams }) {
  const { kind } = view;
  const set = (name: string) => (to: string) => setQuery({ [name]: to }, true);
  if (kind === 'drl') return null;
  if (kind === 'workload') return null;
  if (kind === 'thickness')
    return (
      <div class="filters">
        <Choice
          label="Measure"
          value={query.get('y') ?? 'agd'}
          onValue={set('y')}
          options={[
            ['agd', 'AGD'],
            ['kvp', 'kVp'],
            ['mas', 'mAs'],
          ]}
        />
      </div>
    );
  return (
    <div class="filters">
      <Choice
        label="Measure"
        value={view.measure}
        onValue={(to) =>
          setQuery({ measure: to, scanner: null, protocol: null, description: null, procedure: null }, true)
        }
        options={measures.map(([name, text]) => [name, text])}
      />
      <Choice label="Grouped by" value={view.by} onValue={set('by')} options={groupings} />
      <Choice
        label="Split by"
        value={view.split}
        onValue={set('split')}
        options={[
          ['scanner', 'system'],
          ['none', 'not at all'],
        ]}
      />
      {kind === 'summary' && (
        <Choice
          label="Shown as"
          value={query.get('as') ?? 'boxes'}
          onValue={set('as')}
          options={[
            ['boxes', 'boxes'],
            ['bars', 'medians'],
          ]}
        />
      )}
      {kind === 'time' && (
        <Choice
          label="Interval"
          value={query.get('interval') ?? 'month'}
          onValue={set('interval')}
          options={['week', 'month', 'quarter', 'year'].map((each) => [each, each])}
        />
      )}
      {kind === 'histogram' && (
        <Choice
          label="Bins"
          value={query.get('bins') ?? '20'}
          onValue={set('bins')}
          options={['5', '10', '20', '30', '40'].map((each) => [each, each])}
        />
      )}
    </div>
  );
}

function Picture({ view, query }: { view: View; query: URLSearchParams }) {
  const common = { ...view.filters, family: view.family, measure: view.measure, by: view.by, split: view.split };
  switch (view.kind) {
    case 'time':
      return <Time view={view} ask={queryOf({ ...common, interval: query.get('interval') ?? 'month' })} />;
    case 'histogram':
      return <Histogram view={view} ask={queryOf({ ...common, bins: query.get('bins') ?? '20' })} />;
    case 'frequency':
      return <Frequency view={view} ask={queryOf(common)} />;
    case 'thickness':
      return (
        <Thickness
          y={query.get('y') ?? 'agd'}
          ask={queryOf({ ...view.filters, family: 'mg', y: query.get('y') ?? 'agd' })}
        />
      );
    case 'drl':
      return <Drl ask={queryOf({ ...view.filters, split: 'scanner' })} />;
    case 'workload':
      return <Workload ask={queryOf(view.filters)} />;
    default:
      return <Summary view={view} ask={queryOf(common)} boxes={(query.get('as') ?? 'boxes') === 'boxes'} />;
  }
}

const useChart = (path: string) => useLoad(path, (signal) => get(path, signal));

const nameless = 'without a name';

/** The studies behind a mark of a chart. */
function show(view: View, group: string | null, scanner: number | null, more: Filters = {}) {
  const filter = { protocol: 'protocol', study_description: 'description', requested_procedure: 'procedure' }[view.by];
  const narrowed: Filters = { ...view.filters, ...more, family: view.family };
  if (filter && group && group !== nameless) narrowed[filter] = group;
  if (scanner !== null) narrowed.scanner = String(scanner);
  if (narrowed.without_tests) narrowed.without_tests = '1';
  go('/studies' + queryOf(narrowed));
}

const byText = (by: string) => groupings.find(([name]) => name === by)?.[1] ?? by;
const titleOf = (view: View, of: string) =>
  `${view.text} of ${of === 'study' ? 'studies' : 'events'}${view.by === 'none' ? '' : ` by ${byText(view.by)}`}`;

/** The systems that a summary has, in a stable order: a colour each. */
function scannersOf(groups: any[]): { scanner: number | null; equipment: string }[] {
  const known = new Map<number, string>();
  for (const group of groups)
    for (const each of group.scanners ?? []) known.set(each.scanner, each.equipment || `system ${each.scanner}`);
  const list = [...known]
    .sort((a, b) => a[0] - b[0])
    .map(([scanner, equipment]) => ({ scanner: scanner as number | null, equipment }));
  return list.length ? list : [{ scanner: null, equipment: 'all systems' }];
}

function Summary({ view, ask, boxes }: { view: View; ask: string; boxes: boolean }) {
  const chart = useChart('/charts/summary' + ask);
  return (
    <Show of={chart}>
      {(data) => {
        const scanners = scannersOf(data.groups);
        const index = new Map(scanners.map((each, i) => [each.scanner, i]));
        return (
          <>
            <BoxChart
              title={titleOf(view, data.of)}
              file={`${view.measure}-by-${view.by}`}
              measure={view.text}
              unit={data.unit}
              boxes={boxes}
              series={scanners.map((each) => each.equipment)}
              groups={data.groups.map((group: any) => ({
                name: group.group || nameless,
                boxes:
                  view.split === 'scanner' && group.scanners?.length
                    ? group.scanners.map((each: any) => ({ ...each, series: index.get(each.scanner) ?? 0 }))
                    : [{ ...group.all, series: 0 }],
              }))}
              onPick={(group, series) => show(view, group, scanners[series]?.scanner ?? null)}
            />
            <LeftOut n={data.groups_left_out} one="group" many="groups" />
          </>
        );
      }}
    </Show>
  );
}

function LeftOut({ n, one, many }: { n: number | undefined; one: string; many: string }) {
  return n ? <p class="quiet">{plural(n, `rarer ${one}`, `rarer ${many}`)} not shown. Filters bring them in.</p> : null;
}

/** Series of the daemon: a group, a system or both. */
function seriesName(each: any, view: View): string {
  const group = view.by === 'none' ? '' : each.group || nameless;
  return [group, each.equipment].filter(Boolean).join(', ') || 'all';
}

function Time({ view, ask }: { view: View; ask: string }) {
  const chart = useChart('/charts/time' + ask);
  return (
    <Show of={chart}>
      {(data) => (
        <>
          <TimeChart
            title={`${titleOf(view, data.of)}, over time`}
            file={`${view.measure}-over-time`}
            measure={view.text}
            unit={data.unit}
            periods={data.periods}
            series={data.series.map((each: any) => ({ name: seriesName(each, view), values: each.values }))}
            onPick={(series) => show(view, data.series[series].group ?? null, data.series[series].scanner ?? null)}
          />
          <LeftOut n={data.series_left_out} one="series" many="series" />
        </>
      )}
    </Show>
  );
}

function Histogram({ view, ask }: { view: View; ask: string }) {
  const chart = useChart('/charts/histogram' + ask);
  return (
    <Show of={chart}>
      {(data) => (
        <HistogramChart
          title={titleOf(view, data.of)}
          file={`${view.measure}-histogram`}
          measure={view.text}
          unit={data.unit}
          edges={data.edges}
          below={data.below ?? 0}
          above={data.above ?? 0}
          series={data.series.map((each: any) => ({ name: seriesName(each, view), counts: each.counts }))}
          onPick={(from, until, series) =>
            show(
              view,
              data.series[series].group ?? null,
              data.series[series].scanner ?? null,
              data.of === 'study' ? { dose_from: String(from), dose_until: String(until) } : {},
            )
          }
        />
      )}
    </Show>
  );
}

function Frequency({ view, ask }: { view: View; ask: string }) {
  const chart = useChart('/charts/summary' + ask);
  return (
    <Show of={chart}>
      {(data) => {
        const scanners = scannersOf(data.groups);
        const index = new Map(scanners.map((each, i) => [each.scanner, i]));
        const what = data.of === 'study' ? 'studies' : 'events';
        return (
          <>
            <FrequencyChart
              title={`Number of ${what}${view.by === 'none' ? '' : ` by ${byText(view.by)}`}`}
              file={`frequency-by-${view.by}`}
              what={what}
              series={scanners.map((each) => each.equipment)}
              groups={data.groups.map((group: any) => ({
                name: group.group || nameless,
                parts:
                  view.split === 'scanner' && group.scanners?.length
                    ? group.scanners.map((each: any) => ({ series: index.get(each.scanner) ?? 0, n: each.n }))
                    : [{ series: 0, n: group.n }],
              }))}
              onPick={(group, series) => show(view, group, scanners[series]?.scanner ?? null)}
            />
            <LeftOut n={data.groups_left_out} one="group" many="groups" />
          </>
        );
      }}
    </Show>
  );
}

function Thickness({ y, ask }: { y: string; ask: string }) {
  const chart = useChart('/charts/thickness' + ask);
  const name = { agd: 'AGD', kvp: 'kVp', mas: 'Exposure' }[y] ?? y;
  return (
    <Show of={chart}>
      {(data) => (
        <ThicknessChart
          title={`${name} against compressed thickness`}
          file={`${y}-against-thickness`}
          measure={name}
          unit={data.unit}
          n={data.n}
          points={data.points}
          bins={data.bins}
          scanners={data.scanners}
        />
      )}
    </Show>
  );
}

function Workload({ ask }: { ask: string }) {
  const chart = useChart('/charts/workload' + ask);
  return (
    <Show of={chart}>
      {(data) => <HeatChart title="Studies by weekday and hour" file="workload" hours={data.hours} />}
    </Show>
  );
}

const stateText: Record<string, string> = { below: 'below', above: 'above', few: 'too few values' };

function Drl({ ask }: { ask: string }) {
  const chart = useChart('/charts/drl' + ask);
  return (
    <Show of={chart}>
      {(data) => {
        const rows = data.rows.flatMap((row: any) => [
          { ...row, whole: true },
          ...(row.scanners ?? []).map((each: any) => ({ ...row, ...each, whole: false })),
        ]);
        const above = data.rows.filter((row: any) => row.state === 'above').length;
        return (
          <div class="stack">
            <div class="panel-head">
              <h3>Our medians against the site's table of diagnostic reference levels</h3>
              <button
                onClick={() => attempt(() => download(`/charts/drl${ask}&format=csv`, 'reference-levels.csv'), '')}
              >
                CSV
              </button>
            </div>
            <p class="quiet" role="status">
              {data.table
                ? `${plural(data.table, 'line')} in the table, ${above} of them exceeded.`
                : 'The site file has no table yet: the key is drl.'}
            </p>
            <Table
              caption="Comparison with diagnostic reference levels"
              rows={rows}
              id={(row: any) =>
                `${row.name} ${row.measure} ${row.age_from} ${row.weight_from} ${row.whole ? '' : row.scanner}`
              }
              empty="There is no line to compare with."
              columns={[
                {
                  key: 'name',
                  title: 'Name',
                  head: true,
                  wrap: true,
                  cell: (row: any) => (row.whole ? row.name : <span class="quiet">{row.equipment}</span>),
                },
                {
                  key: 'measure',
                  title: 'Measure',
                  cell: (row: any) =>
                    `${measures.find(([name]) => name === row.measure)?.[1] ?? row.measure} [${printed(row.unit)}]`,
                },
                { key: 'band', title: 'Band', cell: (row: any) => band(row) },
                { key: 'n', title: 'n', number: true, cell: (row: any) => count(row.n) },
                { key: 'median', title: 'Median', number: true, cell: (row: any) => number(row.median) },
                { key: 'p75', title: 'P75', number: true, cell: (row: any) => number(row.p75) },
                { key: 'drl', title: 'DRL', number: true, cell: (row: any) => number(row.drl) },
                {
                  key: 'ratio',
                  title: 'Median / DRL',
                  number: true,
                  cell: (row: any) => (row.n ? number(row.ratio) : null),
                },
                {
                  key: 'state',
                  title: 'State',
                  cell: (row: any) => <Lamp tone={toneOf(row.state)}>{stateText[row.state] ?? row.state}</Lamp>,
                },
                { key: 'source', title: 'Source', wrap: true, cell: (row: any) => row.source },
              ]}
            />
          </div>
        );
      }}
    </Show>
  );
}

function band(row: any): string | null {
  const range = (from: any, until: any, what: string) =>
    from == null && until == null ? '' : `${from ?? 0}${until == null ? ' and more' : `–${until}`} ${what}`;
  return (
    [range(row.age_from, row.age_until, 'years'), range(row.weight_from, row.weight_until, 'kg')]
      .filter(Boolean)
      .join(', ') || null
  );
}
