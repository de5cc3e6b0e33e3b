/** The nodes: how they are, what is in force for them, what was learnt of them, and whether everything works, tried now. */
import { useState } from 'preact/hooks';
import { get, post } from '../api/client.ts';
import { moment } from '../format.ts';
import { Facts, Heading, Lamp, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { useStream } from '../parts/live.tsx';
import { Table } from '../parts/table.tsx';
import { attempt, useLoad, useMay } from '../state.ts';
import { exitText, exitTone, lampTone, stepName, toneOf } from '../words.ts';
import { ScheduleTable } from './schedules.tsx';

export function Nodes() {
  const nodes = useLoad('nodes', (signal) => get('/nodes', signal));
  return (
    <>
      <Heading
        title="Nodes"
        about="The archives and devices that are asked, each described by a profile: the files are the truth, this page reads them."
      >
        <Refresh of={nodes} />
      </Heading>
      <Show of={nodes}>
        {(data) => (
          <Table
            caption="Nodes"
            rows={data.nodes}
            id={(node: any) => node.name}
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
                cell: (node: any) => (
                  <Lamp tone={lampTone[node.lamp]}>
                    <a href={`/nodes/${encodeURIComponent(node.name)}`}>{node.name}</a>
                  </Lamp>
                ),
              },
              { key: 'description', title: 'What it is', wrap: true, cell: (node: any) => node.description },
              {
                key: 'address',
                title: 'Address',
                cell: (node: any) => <span class="code">{`${node.ae_title}@${node.host}:${node.port}`}</span>,
              },
              {
                key: 'state',
                title: 'State',
                wrap: true,
                cell: (node: any) => node.text || (node.enabled ? 'well' : 'disabled'),
              },
              {
                key: 'harvest',
                title: 'Last harvest',
                wrap: true,
                cell: (node: any) =>
                  node.last_harvest && (
                    <Lamp tone={toneOf(node.last_harvest.state)}>
                      <a href={`/harvests/${node.last_harvest.id}`}>{node.last_harvest.asked_for}</a>
                    </Lamp>
                  ),
              },
              { key: 'data', title: 'Last data', cell: (node: any) => <When at={node.last_data_at} brief /> },
              {
                key: 'test',
                title: 'Last test',
                cell: (node: any) =>
                  node.last_test && (
                    <Lamp tone={exitTone(node.last_test.exit_code)}>
                      <When at={node.last_test.at} brief />
                    </Lamp>
                  ),
              },
            ]}
          />
        )}
      </Show>
    </>
  );
}

/** The steps of a test, each in words, with what to do where one failed. */
export function Steps({ steps }: { steps: any[] }) {
  if (!steps.length) return null;
  return (
    <ol class="steps">
      {steps.map((step, i) => (
        <li key={i}>
          <Lamp tone={toneOf(step.state)}>{stepName(step.step)}</Lamp>
          <div>
            <p>{step.text || step.state}</p>
            {step.advice && <p class="advice">{step.advice}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

export function NodePage({ name }: { name: string }) {
  const path = `/nodes/${encodeURIComponent(name)}`;
  const node = useLoad(name, (signal) => get(path, signal).then((data) => data.node));
  const operate = useMay('operate');
  const [echo, setEcho] = useState<any>(null);
  const askEcho = () => attempt(async () => setEcho(await post(`${path}/echo`)), '');
  return (
    <>
      <Heading title={name} above={{ href: '/nodes', text: 'Nodes' }} about={node.data?.description}>
        <span role="status">
          {echo && (
            <Lamp tone={echo.ok ? 'good' : 'bad'}>
              {echo.text || (echo.ok ? 'answers' : 'does not answer')}
              {echo.milliseconds !== undefined && ` (${echo.milliseconds} ms)`}
            </Lamp>
          )}
        </span>
        {operate && <button onClick={askEcho}>C-ECHO</button>}
        <a class="button" href={`/query?node=${encodeURIComponent(name)}`}>
          Query
        </a>
        <Refresh of={node} />
      </Heading>
      <Show of={node}>
        {(each) => (
          <div class="page">
            <Panel title="How it is">
              <Facts
                of={[
                  ['State', <Lamp tone={lampTone[each.lamp]}>{each.text || 'well'}</Lamp>],
                  ['Address', <span class="code">{`${each.ae_title}@${each.host}:${each.port}`}</span>],
                  ['Objects come to our store', each.store],
                  ['Modalities', (each.modalities ?? []).join(', ')],
                  [
                    'Last harvest',
                    each.last_harvest && (
                      <a href={`/harvests/${each.last_harvest.id}`}>
                        {each.last_harvest.asked_for}, {each.last_harvest.state}
                      </a>
                    ),
                  ],
                  ['Last data', <When at={each.last_data_at} />],
                ]}
              />
            </Panel>
            <Test path={path} last={each.last_test} operate={operate} />
            {(each.schedules ?? []).length > 0 && (
              <Panel title="Schedules">
                <ScheduleTable schedules={each.schedules} onChange={node.reload} />
              </Panel>
            )}
            <Panel title="What was learnt of it">
              {(each.learnt ?? []).length ? (
                <ul>
                  {each.learnt.map((line: string) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              ) : (
                <p class="empty">Nothing yet: harvests find out how it answers.</p>
              )}
            </Panel>
            <Panel title="Profile in force">
              <details>
                <summary>All keys, with their defaults</summary>
                <pre tabIndex={0}>{each.profile}</pre>
              </details>
            </Panel>
          </div>
        )}
      </Show>
    </>
  );
}

function testText(code: number | null | undefined): string {
  if (code === null || code === undefined) return 'Under way';
  if (code === 0) return 'All well.';
  return code === 3 ? 'Something failed: see the steps.' : `It ended: ${exitText(code)}.`;
}

/** Everything that a harvest needs, tried once. */
function Test({ path, last, operate }: { path: string; last: any; operate: boolean }) {
  const [run, setRun] = useState<number | null>(null);
  const [steps, setSteps] = useState<any[]>([]);
  const [code, setCode] = useState<number | null>(null);
  const busy = run !== null && code === null;
  useStream(busy ? `/runs/${run}/events` : null, (event) => {
    if (event.event === 'step') setSteps((before) => [...before, event]);
    if (event.event === 'failed')
      setSteps((before) => [...before, { step: 'name', state: 'failed', text: event.error?.message ?? event.error }]);
    if (event.event === 'done') setCode(event.exit_code);
    return event.event === 'done';
  });
  const begin = () =>
    attempt(async () => {
      const answer = await post(`${path}/test`);
      setSteps([]);
      setCode(null);
      setRun(answer.run);
    }, '');
  const shown = run === null ? (last?.steps ?? []) : steps;
  const ended = run === null ? last?.exit_code : code;
  return (
    <Panel
      title="Test"
      actions={
        operate && (
          <button class="primary" disabled={busy} onClick={begin}>
            {busy ? 'Testing …' : 'Test now'}
          </button>
        )
      }
    >
      <div class="stack">
        <p class="quiet">
          From the name to an object in our own store: connection, C-ECHO, queries at each level, and one move of the
          smallest object.
          {run === null && last && ` Last time: ${moment(last.at)}.`}
        </p>
        <div aria-live="polite">
          <Steps steps={shown} />
        </div>
        {(shown.length > 0 || busy) && (
          <p role="status">
            <Lamp tone={exitTone(ended)}>{testText(ended)}</Lamp>
          </p>
        )}
      </div>
    </Panel>
  );
}
