/** Is all well? What came, what did not, what runs, what comes next. */
import { get } from '../api/client.ts';
import { bytes, count, listText, plural } from '../format.ts';
import { Figure, Heading, Lamp, Panel, Progress, Refresh, Show, When } from '../parts/basics.tsx';
import { Table } from '../parts/table.tsx';
import { useEvery, useLoad } from '../state.ts';
import { lampTone, toneOf } from '../words.ts';

const lamps: [string, string, string][] = [
  ['nodes', 'Nodes', '/nodes'],
  ['stores', 'Stores', '/stores'],
  ['folders', 'Folders', '/stores'],
  ['schedules', 'Schedules', '/schedules'],
  ['inbox', 'Inbox', '/inbox'],
  ['quarantine', 'Quarantine', '/quarantine'],
  ['disk', 'Disk', '/system'],
  ['database', 'Database', '/system'],
];

export function Home() {
  const home = useLoad('home', (signal) => get('/home', signal));
  useEvery(home.data?.running?.length ? 3 : 20, home.reload);
  return (
    <>
      <Heading title="Home">
        <Refresh of={home} />
      </Heading>
      <Show of={home}>
        {(data) => (
          <div class="page">
            <Lamps of={data.lamps} />
            <div class="figures">
              <Figure value={count(data.studies)} of="studies in all" href="/studies" />
              <Figure value={count(data.studies_7d)} of="in the last 7 days" />
              <Figure value={count(data.studies_28d)} of="in the last 28 days" />
              <Figure
                value={count(data.systems.filter((each: any) => each.no_data_since).length)}
                of={`of ${count(data.systems.length)} systems silent`}
                tone={data.systems.some((each: any) => each.no_data_since) ? 'warn' : undefined}
              />
            </div>
            {data.running.length > 0 && <Running harvests={data.running} />}
            <NodeTable nodes={data.nodes} />
            <Systems systems={data.systems} />
            <NextRuns runs={data.next_runs} />
          </div>
        )}
      </Show>
    </>
  );
}

function Lamps({ of }: { of: Record<string, any> }) {
  return (
    <section class="lamps" aria-label="State of the parts">
      {lamps.map(([key, name, href]) => {
        const lamp = of[key] ?? { lamp: 'off', text: '' };
        return (
          <a key={key} href={href}>
            <Lamp tone={lampTone[lamp.lamp] ?? 'idle'}>{name}</Lamp>
            <span class="text">{lampText(key, lamp)}</span>
          </a>
        );
      })}
    </section>
  );
}

function lampText(key: string, lamp: any): string {
  if (lamp.text) return lamp.text;
  if (key === 'disk' && lamp.free_bytes !== undefined) return `${bytes(lamp.free_bytes)} free`;
  if (key === 'inbox' && lamp.waiting !== undefined)
    return lamp.waiting ? `${count(lamp.waiting)} waiting` : 'nothing waits';
  if (key === 'quarantine') return lamp.objects ? plural(lamp.objects, 'object') : 'empty';
  return lamp.lamp === 'ok' ? 'all well' : lamp.lamp === 'off' ? 'none' : '';
}

export function Running({ harvests }: { harvests: any[] }) {
  return (
    <Panel title="Under way">
      <div class="stack">
        {harvests.map((each) => (
          <div key={each.harvest} class="columns">
            <p>
              <Lamp tone="busy">
                <a href={`/harvests/${each.harvest}`}>
                  {each.node}, harvest {each.harvest}
                </a>
              </Lamp>
            </p>
            <Progress
              label={`${plural(each.studies_found ?? 0, 'study', 'studies')} found, ${count(each.studies_decided)} decided, ${count(each.requests_ended)} of ${plural(each.requests_planned ?? 0, 'request')} ended`}
              value={each.requests_ended ?? 0}
              of={each.requests_planned || null}
            />
          </div>
        ))}
      </div>
    </Panel>
  );
}

function NodeTable({ nodes }: { nodes: any[] }) {
  return (
    <Panel title="Nodes">
      <Table
        caption="Nodes and their last harvests"
        rows={nodes}
        id={(node) => node.name}
        empty={
          <>
            There is no node yet: <code>harvester node probe HOST:PORT --ae TITLE</code> writes the profile of one.
          </>
        }
        columns={[
          {
            key: 'name',
            title: 'Node',
            head: true,
            cell: (node) => (
              <Lamp tone={lampTone[node.lamp]}>
                <a href={`/nodes/${encodeURIComponent(node.name)}`}>{node.name}</a>
              </Lamp>
            ),
          },
          { key: 'description', title: 'What it is', wrap: true, cell: (node) => node.description },
          {
            key: 'text',
            title: 'State',
            wrap: true,
            cell: (node) => node.text || (node.enabled ? 'well' : 'disabled'),
          },
          {
            key: 'last',
            title: 'Last harvest',
            wrap: true,
            cell: (node) =>
              node.last_harvest && (
                <Lamp tone={toneOf(node.last_harvest.state)}>
                  <a href={`/harvests/${node.last_harvest.id}`}>{node.last_harvest.asked_for}</a>{' '}
                  {node.last_harvest.state}
                </Lamp>
              ),
          },
          { key: 'data', title: 'Last data', cell: (node) => <When at={node.last_data_at} brief /> },
          {
            key: 'silent',
            title: 'Days without data',
            number: true,
            cell: (node) => (node.silent_days ? count(node.silent_days) : null),
          },
        ]}
      />
    </Panel>
  );
}

function Systems({ systems }: { systems: any[] }) {
  return (
    <Panel title="Systems">
      <Table
        caption="Systems whose dose is collected"
        rows={systems}
        id={(system) => system.scanner}
        empty="No data yet."
        columns={[
          {
            key: 'equipment',
            title: 'System',
            head: true,
            cell: (system) => (
              <Lamp tone={lampTone[system.lamp]}>
                <a href={`/studies?scanner=${system.scanner}`}>{system.equipment}</a>
              </Lamp>
            ),
          },
          { key: 'modality', title: 'Modality', cell: (system) => listText(system.modality) },
          { key: 'all', title: 'Studies', number: true, cell: (system) => count(system.studies) },
          { key: 'week', title: '7 days', number: true, cell: (system) => count(system.studies_7d) },
          { key: 'month', title: '28 days', number: true, cell: (system) => count(system.studies_28d) },
          { key: 'last', title: 'Last study', cell: (system) => system.last_study_date },
          {
            key: 'text',
            title: 'Remark',
            wrap: true,
            cell: (system) => system.text || (system.no_data_since ? `no data since ${system.no_data_since}` : ''),
          },
        ]}
      />
    </Panel>
  );
}

function NextRuns({ runs }: { runs: any[] }) {
  return (
    <Panel title="Next runs">
      <Table
        caption="The next runs of schedules"
        rows={runs}
        id={(run) => `${run.node} ${run.name} ${run.due}`}
        empty="No schedule is on."
        columns={[
          { key: 'begins', title: 'Begins', head: true, cell: (run) => <When at={run.begins ?? run.due} /> },
          { key: 'in', title: '', cell: (run) => <When at={run.begins ?? run.due} brief /> },
          {
            key: 'node',
            title: 'Node',
            cell: (run) => <a href={`/nodes/${encodeURIComponent(run.node)}`}>{run.node}</a>,
          },
          { key: 'name', title: 'Schedule', cell: (run) => run.name },
        ]}
      />
    </Panel>
  );
}
