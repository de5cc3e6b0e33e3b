/** Which days of which modality were harvested, and whether that was all. */
import { get, queryOf } from '../api/client.ts';
import { daysAgo, isoDay } from '../format.ts';
import { Heading, Panel, Refresh, Show } from '../parts/basics.tsx';
import { Choice, DateField } from '../parts/forms.tsx';
import { ScrollBox } from '../parts/table.tsx';
import { setQuery, usePlace } from '../router.ts';
import { useLoad } from '../state.ts';

const signs: Record<string, string> = { complete: '', incomplete: '!', empty: '–', never: '' };
const meanings: Record<string, string> = {
  complete: 'complete: the number of studies',
  incomplete: 'incomplete: something is missing or failed',
  empty: 'empty: the node has nothing',
  never: 'never asked for',
};

export function Coverage() {
  const { query } = usePlace();
  const [from, until, node] = [
    query.get('from') || daysAgo(41),
    query.get('until') || isoDay(new Date()),
    query.get('node') ?? '',
  ];
  const ask = queryOf({ from, until, node });
  const coverage = useLoad(ask, (signal) => get('/coverage' + ask, signal));
  const nodes = useLoad('nodes', (signal) => get('/nodes', signal));
  const shift = (days: number) => {
    const moved = (day: string) => isoDay(new Date(new Date(`${day}T12:00`).getTime() + days * 86_400_000));
    setQuery({ from: moved(from), until: moved(until) });
  };
  const span = Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000) + 1;
  return (
    <>
      <Heading
        title="Coverage"
        about="Which days of which modality were harvested, and whether that was all. Gaps are there to be seen."
      >
        <Refresh of={coverage} />
      </Heading>
      <Panel>
        <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
          <Choice
            label="Node"
            value={node}
            onValue={(to) => setQuery({ node: to }, true)}
            options={[
              ['', 'all'],
              ...((nodes.data?.nodes ?? []).map((each: any) => [each.name, each.name]) as [string, string][]),
            ]}
          />
          <DateField label="From" value={from} max={until} onValue={(to) => setQuery({ from: to }, true)} />
          <DateField label="Until" value={until} min={from} onValue={(to) => setQuery({ until: to }, true)} />
          <div class="actions wide">
            <button type="button" onClick={() => shift(-span)}>
              Earlier
            </button>
            <button type="button" onClick={() => shift(span)}>
              Later
            </button>
          </div>
        </form>
      </Panel>
      <ul class="key" aria-label="Key">
        {Object.entries(meanings).map(([state, text]) => (
          <li key={state}>
            <span class={`day ${state}`} aria-hidden="true">
              {state === 'complete' ? '12' : signs[state]}
            </span>
            {text}
          </li>
        ))}
      </ul>
      <Show of={coverage}>
        {(data) =>
          data.nodes.length === 0 ? (
            <p class="empty">Nothing was asked for in these days.</p>
          ) : (
            <div class="page">
              {data.nodes.map((each: any) => (
                <Calendar
                  key={each.node}
                  node={each.node}
                  days={each.days}
                  from={data.from ?? from}
                  until={data.until ?? until}
                />
              ))}
            </div>
          )
        }
      </Show>
    </>
  );
}

function daysBetween(from: string, until: string): string[] {
  const days: string[] = [];
  for (
    let at = new Date(`${from}T12:00`), end = new Date(`${until}T12:00`);
    at <= end && days.length < 400;
    at = new Date(at.getTime() + 86_400_000)
  )
    days.push(isoDay(at));
  return days;
}

/** The months of some days in a row, with how many days each has. */
function monthsOf(dates: string[]): [string, number][] {
  const months = new Map<string, number>();
  for (const date of dates) months.set(date.slice(0, 7), (months.get(date.slice(0, 7)) ?? 0) + 1);
  return [...months];
}

/** The latest days are seen first. */
function Calendar({ node, days, from, until }: { node: string; days: any[]; from: string; until: string }) {
  const modalities = [...new Set<string>(days.map((day) => day.modality))].sort();
  const known = new Map(days.map((day) => [`${day.date} ${day.modality}`, day]));
  const dates = daysBetween(from, until);
  const asked = days.filter((day) => day.state !== 'never');
  const gaps = days.filter((day) => day.state === 'incomplete').length;
  return (
    <Panel title={node}>
      <p class="quiet">
        {asked.length - gaps} of {dates.length * modalities.length} days of {modalities.join(', ') || 'any modality'}{' '}
        are complete or empty, {gaps} incomplete.
      </p>
      <ScrollBox class="calendar" label={`Calendar of ${node}`} atEnd>
        <table>
          <caption class="unseen">{`Days of each modality of ${node}`}</caption>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                <span class="unseen">Modality</span>
              </th>
              {monthsOf(dates).map(([month, days]) => (
                <th key={month} scope="colgroup" colSpan={days} class="month">
                  {days > 1 ? month : ''}
                </th>
              ))}
            </tr>
            <tr>
              {dates.map((date) => (
                <th key={date} scope="col" title={date}>
                  {date.slice(8)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {modalities.map((modality) => (
              <tr key={modality}>
                <th scope="row">{modality}</th>
                {dates.map((date) => (
                  <td key={date}>
                    <Day node={node} date={date} modality={modality} of={known.get(`${date} ${modality}`)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </Panel>
  );
}

function Day({ node, date, modality, of }: { node: string; date: string; modality: string; of: any }) {
  const state = of?.state ?? 'never';
  const text = `${date} ${modality}: ${meanings[state].split(':')[0]}${of ? `, ${of.studies} studies, ${of.instances} objects came${of.missing ? `, ${of.missing} missing` : ''}` : ''}`;
  const shown = state === 'empty' ? '–' : state === 'never' ? '' : `${signs[state]}${of.studies}`;
  const address = `/query${queryOf({ node, from: date, until: date, modalities: modality })}`;
  return (
    <a class={`day ${state}`} href={address} title={`${text}. Ask for it`} aria-label={text}>
      {shown}
    </a>
  );
}
