/** Our own stores: are they open, what came, what was refused and why. */
import { useState } from 'preact/hooks';
import { get, post, queryOf } from '../api/client.ts';
import { bytes, count, duration, words } from '../format.ts';
import { Heading, Lamp, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { Choice } from '../parts/forms.tsx';
import { Pager, Table } from '../parts/table.tsx';
import { setQuery, usePlace } from '../router.ts';
import { attempt, useLoad, useMay } from '../state.ts';
import { lampTone, toneOf } from '../words.ts';

/** Calls a store with C-ECHO, as a modality would. */
function EchoButton({ store }: { store: string }) {
  const [echo, setEcho] = useState<any>(null);
  const call = () => attempt(async () => setEcho(await post(`/stores/${encodeURIComponent(store)}/echo`)), '');
  return (
    <span class="actions">
      <button aria-label={`C-ECHO: ${store}`} onClick={call}>
        C-ECHO
      </button>
      <span role="status">
        {echo && <Lamp tone={echo.ok ? 'good' : 'bad'}>{`${echo.text} (${echo.milliseconds} ms)`}</Lamp>}
      </span>
    </span>
  );
}

export function Stores() {
  const operate = useMay('operate');
  const stores = useLoad('stores', (signal) => get('/stores', signal));
  return (
    <>
      <Heading title="Stores" about="Our own Store SCPs: harvests move objects to them, and others push to them.">
        <Refresh of={stores} />
      </Heading>
      <Show of={stores}>
        {(data) => (
          <Table
            caption="Stores"
            rows={data.stores}
            id={(store: any) => store.name}
            empty="The site file has no store."
            columns={[
              {
                key: 'name',
                title: 'Store',
                head: true,
                cell: (store: any) => <Lamp tone={lampTone[store.lamp]}>{store.name}</Lamp>,
              },
              {
                key: 'address',
                title: 'AE title and port',
                wrap: true,
                cell: (store: any) => (
                  <span class="code">
                    {`${store.ae_title}:${store.port}`}
                    {store.tls && ' TLS'}
                  </span>
                ),
              },
              { key: 'role', title: 'Role', cell: (store: any) => store.role },
              {
                key: 'state',
                title: 'State',
                wrap: true,
                cell: (store: any) =>
                  store.lamp === 'ok' ? 'open' : store.text || store.last_error || (store.open ? 'open' : 'closed'),
              },
              { key: 'since', title: 'Since', cell: (store: any) => <When at={store.since} brief /> },
              { key: 'now', title: 'Open', number: true, cell: (store: any) => count(store.open_associations) },
              { key: 'all', title: 'Associations', number: true, cell: (store: any) => count(store.associations) },
              {
                key: 'refused',
                title: 'Refused',
                number: true,
                cell: (store: any) => count(store.associations_refused),
              },
              { key: 'objects', title: 'Objects', number: true, cell: (store: any) => count(store.objects) },
              { key: 'bytes', title: 'Received', number: true, cell: (store: any) => bytes(store.bytes) },
              {
                key: 'not',
                title: 'Not taken',
                cell: (store: any) =>
                  Object.entries(store.objects_refused ?? {})
                    .map(([status, n]) => `${n} × ${status}`)
                    .join(', ') || 'none',
              },
              ...(operate
                ? [
                    {
                      key: 'echo',
                      title: <span class="unseen">Actions</span>,
                      cell: (store: any) => <EchoButton store={store.name} />,
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Show>
      <Folders folders={stores.data?.folders ?? []} />
      <Associations stores={stores.data?.stores ?? []} />
    </>
  );
}

/** Watched folders; the API names them by their place in the site file, never by path. */
function Folders({ folders }: { folders: any[] }) {
  if (!folders.length) return null;
  const ended = (folder: any, state: string) =>
    count(Object.values<number>(folder.ends[state] ?? {}).reduce((sum, each) => sum + each, 0));
  return (
    <Panel title="Watched folders">
      <Table
        caption="Watched folders"
        rows={folders}
        id={(folder: any) => folder.name}
        columns={[
          {
            key: 'name',
            title: 'Folder',
            head: true,
            cell: (folder: any) => <Lamp tone={lampTone[folder.lamp]}>{folder.name}</Lamp>,
          },
          {
            key: 'state',
            title: 'State',
            wrap: true,
            cell: (folder: any) => (folder.lamp === 'ok' ? 'watched' : folder.text),
          },
          { key: 'taken', title: 'Taken', number: true, cell: (folder: any) => count(folder.taken) },
          { key: 'imported', title: 'Imported', number: true, cell: (folder: any) => ended(folder, 'imported') },
          { key: 'ignored', title: 'Ignored', number: true, cell: (folder: any) => ended(folder, 'ignored') },
          { key: 'failed', title: 'Failed', number: true, cell: (folder: any) => ended(folder, 'failed') },
          { key: 'not_dicom', title: 'No DICOM', number: true, cell: (folder: any) => count(folder.not_dicom) },
        ]}
      />
    </Panel>
  );
}

function Associations({ stores }: { stores: any[] }) {
  const { query } = usePlace();
  const value = (name: string) => query.get(name) ?? '';
  const ask = queryOf({ store: value('store'), outcome: value('outcome'), cursor: value('cursor'), limit: 50 });
  const associations = useLoad(ask, (signal) => get('/stores/associations' + ask, signal));
  const change = (name: string) => (to: string) => setQuery({ [name]: to, cursor: null }, true);
  return (
    <Panel title="Associations">
      <div class="stack">
        <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
          <Choice
            label="Store"
            value={value('store')}
            onValue={change('store')}
            options={[['', 'all'], ...(stores.map((each) => [each.name, each.name]) as [string, string][])]}
          />
          <Choice
            label="Outcome"
            value={value('outcome')}
            onValue={change('outcome')}
            options={[
              ['', 'all'],
              ['open', 'open'],
              ['released', 'released'],
              ['aborted', 'aborted'],
              ['lost', 'lost'],
              ['refused', 'refused'],
            ]}
          />
        </form>
        <Show of={associations}>
          {(data) => (
            <>
              <Table
                caption="Associations"
                rows={data.associations}
                id={(each: any) => each.id}
                empty="None yet."
                columns={[
                  { key: 'began', title: 'Began', head: true, cell: (each: any) => <When at={each.started_at} /> },
                  {
                    key: 'took',
                    title: 'Took',
                    number: true,
                    cell: (each: any) => (each.ended_at ? duration(each.started_at, each.ended_at) : null),
                  },
                  { key: 'store', title: 'Store or node', cell: (each: any) => each.store },
                  {
                    key: 'from',
                    title: 'From',
                    cell: (each: any) => (
                      <span class="code">{[each.calling_ae, each.peer_address].filter(Boolean).join(' ')}</span>
                    ),
                  },
                  { key: 'to', title: 'To', cell: (each: any) => <span class="code">{each.called_ae}</span> },
                  {
                    key: 'outcome',
                    title: 'Outcome',
                    wrap: true,
                    cell: (each: any) => (
                      <Lamp tone={toneOf(each.outcome?.split(/[ (:]/)[0])}>{words(each.outcome) || 'open'}</Lamp>
                    ),
                  },
                  { key: 'objects', title: 'Objects', number: true, cell: (each: any) => count(each.objects) },
                ]}
              />
              <Pager shown={data.associations.length} next={data.next} what="associations" />
            </>
          )}
        </Show>
      </div>
    </Panel>
  );
}
