/** All harvests, the newest first. */
import { get, queryOf } from '../api/client.ts';
import { count, duration } from '../format.ts';
import { Heading, Lamp, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { Choice, DateField } from '../parts/forms.tsx';
import { Pager, Table, type Column } from '../parts/table.tsx';
import { setQuery, usePlace } from '../router.ts';
import { useLoad } from '../state.ts';
import { toneOf } from '../words.ts';

const limit = 50;

export function Harvests() {
  const { query } = usePlace();
  const value = (name: string) => query.get(name) ?? '';
  const filters = {
    node: value('node'),
    state: value('state'),
    kind: value('kind'),
    from: value('from'),
    until: value('until'),
  };
  const ask = queryOf({ ...filters, cursor: value('cursor'), limit });
  const harvests = useLoad(ask, (signal) => get('/harvests' + ask, signal));
  const nodes = useLoad('nodes', (signal) => get('/nodes', signal));
  const change = (name: string) => (to: string) => setQuery({ [name]: to, cursor: null }, true);
  return (
    <>
      <Heading title="Harvests" about="Each is one run of query, select, retrieve and import against one node.">
        <Refresh of={harvests} />
        <a class="button primary" href="/query">
          New
        </a>
      </Heading>
      <Panel>
        <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
          <Choice
            label="Node"
            value={filters.node}
            onValue={change('node')}
            options={[
              ['', 'all'],
              ...((nodes.data?.nodes ?? []).map((node: any) => [node.name, node.name]) as [string, string][]),
            ]}
          />
          <Choice
            label="State"
            value={filters.state}
            onValue={change('state')}
            options={[
              ['', 'all'],
              ['running', 'running'],
              ['complete', 'complete'],
              ['incomplete,failed,interrupted', 'not complete'],
              ['incomplete', 'incomplete'],
              ['interrupted', 'interrupted'],
              ['failed', 'failed'],
              ['cancelled', 'cancelled'],
            ]}
          />
          <Choice
            label="Kind"
            value={filters.kind}
            onValue={change('kind')}
            options={[
              ['', 'all'],
              ['harvest', 'harvests'],
              ['query', 'queries'],
            ]}
          />
          <DateField label="Begun from" value={filters.from} onValue={change('from')} />
          <DateField label="Begun until" value={filters.until} onValue={change('until')} />
        </form>
      </Panel>
      <Show of={harvests}>
        {(data) => (
          <>
            <Table
              caption="Harvests"
              rows={data.harvests}
              id={(each: any) => each.harvest}
              columns={harvestColumns}
              empty="No harvest fits."
            />
            <Pager shown={data.harvests.length} next={data.next} what="harvests" />
          </>
        )}
      </Show>
    </>
  );
}

export const harvestColumns: Column<any>[] = [
  { key: 'id', title: 'Harvest', head: true, cell: (each) => <a href={`/harvests/${each.harvest}`}>{each.harvest}</a> },
  { key: 'state', title: 'State', cell: (each) => <Lamp tone={toneOf(each.state)}>{each.state}</Lamp> },
  { key: 'node', title: 'Node', cell: (each) => each.node },
  { key: 'asked', title: 'Asked for', wrap: true, cell: (each) => each.asked_for },
  { key: 'began', title: 'Began', cell: (each) => <When at={each.created_at} /> },
  {
    key: 'took',
    title: 'Took',
    number: true,
    cell: (each) => (each.ended_at ? duration(each.created_at, each.ended_at) : null),
  },
  { key: 'studies', title: 'Studies', number: true, cell: (each) => count(each.studies) },
  { key: 'found', title: 'Found', number: true, cell: (each) => count(each.found) },
  { key: 'held', title: 'Held', number: true, cell: (each) => count(each.held) },
  { key: 'fetched', title: 'Fetched', number: true, cell: (each) => count(each.fetched) },
  { key: 'missing', title: 'Missing', number: true, cell: (each) => count(each.missing) },
  { key: 'failed', title: 'Failed', number: true, cell: (each) => count(each.failed) },
];
