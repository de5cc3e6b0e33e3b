/** Who asked for what, and what came in and went out. */
import { get, queryOf } from '../api/client.ts';
import { words } from '../format.ts';
import { Heading, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { TextField } from '../parts/forms.tsx';
import { Pager, Table } from '../parts/table.tsx';
import { setQuery, usePlace } from '../router.ts';
import { useLoad, useMay } from '../state.ts';
import { detailText } from './jobs.tsx';

export function Audit() {
  const { query } = usePlace();
  const operate = useMay('operate');
  const kind = query.get('kind') ?? '';
  const ask = queryOf({ kind, cursor: query.get('cursor'), limit: 100 });
  const events = useLoad(operate ? ask : null, (signal) => get('/audit' + ask, signal));
  return (
    <>
      <Heading
        title="Audit"
        about="Who asked for what from which node, and what was shown or exported with patient data."
      >
        <Refresh of={events} />
      </Heading>
      {!operate && <p class="warning">The audit is shown to the roles operate and patient.</p>}
      {operate && (
        <>
          <Panel>
            <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
              <TextField
                label="Kind of event"
                value={kind}
                onValue={(to) => setQuery({ kind: to, cursor: null }, true)}
                list={[...new Set<string>((events.data?.events ?? []).map((each: any) => each.kind))].sort()}
              />
            </form>
          </Panel>
          <Show of={events}>
            {(data) => (
              <>
                <Table
                  caption="Events of the audit"
                  rows={data.events}
                  id={(event: any) => event.id}
                  empty="No event fits."
                  columns={[
                    { key: 'at', title: 'When', head: true, cell: (event: any) => <When at={event.at} /> },
                    {
                      key: 'kind',
                      title: 'What',
                      cell: (event: any) => [words(event.kind), words(event.detail?.event)].filter(Boolean).join(': '),
                    },
                    { key: 'subject', title: 'Of', cell: (event: any) => event.subject },
                    {
                      key: 'detail',
                      title: 'Detail',
                      wrap: true,
                      cell: (event: any) => detailText({ ...event.detail, event: null }),
                    },
                  ]}
                />
                <Pager shown={data.events.length} next={data.next} what="events" />
              </>
            )}
          </Show>
        </>
      )}
    </>
  );
}
