/** Every object that came in, the newest first, and what became of it. */
import { get, queryOf } from '../api/client.ts';
import { bytes, className, count, words } from '../format.ts';
import { Figure, Heading, Lamp, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { Choice } from '../parts/forms.tsx';
import { Pager, Table } from '../parts/table.tsx';
import { setQuery, usePlace } from '../router.ts';
import { useEvery, useLoad } from '../state.ts';
import { kindText, reasonText, toneOf } from '../words.ts';

const states = ['received', 'claimed', 'imported', 'ignored', 'failed'];

export function Inbox() {
  const { query } = usePlace();
  const value = (name: string) => query.get(name) ?? '';
  const filters = { state: value('state'), kind: value('kind'), way_in: value('way_in'), reason: value('reason') };
  const ask = queryOf({ ...filters, cursor: value('cursor'), limit: 50 });
  const objects = useLoad(ask, (signal) => get('/inbox' + ask, signal));
  const counts = useLoad('counts', (signal) => get('/inbox/counts', signal));
  const reload = () => (objects.reload(), counts.reload());
  useEvery(20, reload, !filters.state && !value('cursor'));
  const of = (state: string) =>
    (counts.data?.objects ?? [])
      .filter((each: any) => each.state === state)
      .reduce((sum: number, each: any) => sum + each.objects, 0);
  const kinds = [...new Set<string>((counts.data?.objects ?? []).map((each: any) => each.kind))].filter(Boolean).sort();
  const change = (name: string) => (to: string) => setQuery({ [name]: to, cursor: null }, true);
  return (
    <>
      <Heading title="Inbox" about="Every object that came in, by whatever way, and what the import made of it.">
        <Refresh of={{ ...objects, reload }} />
      </Heading>
      {counts.data && (
        <div class="figures">
          <Figure value={count(counts.data.waiting)} of="waiting" />
          <Figure value={count(of('imported'))} of="imported" />
          <Figure value={count(of('ignored'))} of="ignored, with a reason" />
          <Figure
            value={count(counts.data.in_quarantine)}
            of="in quarantine"
            href="/quarantine"
            tone={counts.data.in_quarantine ? 'warn' : undefined}
          />
        </div>
      )}
      <Panel>
        <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
          <Choice
            label="State"
            value={filters.state}
            onValue={change('state')}
            options={[['', 'all'], ...(states.map((each) => [each, each]) as [string, string][])]}
          />
          <Choice
            label="Kind of object"
            value={filters.kind}
            onValue={change('kind')}
            options={[['', 'all'], ...(kinds.map((each) => [each, kindText(each)]) as [string, string][])]}
          />
          {filters.reason && (
            <button onClick={() => change('reason')('')}>Reason: {reasonText(filters.reason)} ✕</button>
          )}
        </form>
      </Panel>
      <Show of={objects}>
        {(data) => (
          <>
            <Table
              caption="Objects"
              rows={data.objects}
              id={(each: any) => each.id}
              empty="No object fits."
              columns={[
                {
                  key: 'id',
                  title: 'Object',
                  head: true,
                  cell: (each: any) =>
                    each.state === 'failed' ? <a href={`/quarantine/${each.id}`}>{each.id}</a> : each.id,
                },
                { key: 'received', title: 'Received', cell: (each: any) => <When at={each.received_at} /> },
                {
                  key: 'state',
                  title: 'State',
                  cell: (each: any) => <Lamp tone={toneOf(each.state)}>{each.state}</Lamp>,
                },
                { key: 'reason', title: 'Reason', wrap: true, cell: (each: any) => reasonText(each.reason) },
                { key: 'kind', title: 'Kind', cell: (each: any) => kindText(each.object_kind) },
                {
                  key: 'class',
                  title: 'SOP class',
                  wrap: true,
                  cell: (each: any) => className(each.sop_class) || each.sop_class_uid,
                },
                { key: 'way', title: 'Way in', cell: (each: any) => words(each.way_in) },
                { key: 'from', title: 'From', cell: (each: any) => each.calling_ae },
                { key: 'size', title: 'Size', number: true, cell: (each: any) => bytes(each.size_bytes) },
                {
                  key: 'study',
                  title: 'Dose',
                  cell: (each: any) => each.study && <a href={`/studies/${each.study}`}>study {each.study}</a>,
                },
              ]}
            />
            <Pager shown={data.objects.length} next={data.next} what="objects" />
          </>
        )}
      </Show>
    </>
  );
}
