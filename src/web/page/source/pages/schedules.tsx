/** When harvests run by themselves; run one now, pause it, let it go on. */
import { get, post } from '../api/client.ts';
import { Heading, Lamp, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { Table } from '../parts/table.tsx';
import { go } from '../router.ts';
import { attempt, useLoad, useMay } from '../state.ts';
import { lampTone } from '../words.ts';

export function Schedules() {
  const schedules = useLoad('schedules', (signal) => get('/schedules', signal));
  const next = useLoad('next', (signal) => get('/schedules/next?count=5', signal));
  const reload = () => (schedules.reload(), next.reload());
  return (
    <>
      <Heading
        title="Schedules"
        about="They stand in the profiles of the nodes. Times are those of each schedule's time zone; a run shortly after its time is the jitter."
      >
        <Refresh of={{ ...schedules, reload }} />
      </Heading>
      <Show of={schedules}>{(data) => <ScheduleTable schedules={data.schedules} onChange={reload} />}</Show>
      <Panel title="Next runs">
        <Show of={next}>
          {(data) => (
            <Table
              caption="Next runs"
              rows={data.runs}
              id={(run: any) => `${run.node} ${run.name} ${run.due}`}
              empty="Nothing is due."
              columns={[
                { key: 'begins', title: 'Begins', head: true, cell: (run: any) => <When at={run.begins ?? run.due} /> },
                { key: 'in', title: 'From now', cell: (run: any) => <When at={run.begins ?? run.due} brief /> },
                { key: 'node', title: 'Node', cell: (run: any) => run.node },
                { key: 'name', title: 'Schedule', cell: (run: any) => run.name },
              ]}
            />
          )}
        </Show>
      </Panel>
    </>
  );
}

export function ScheduleTable({ schedules, onChange }: { schedules: any[]; onChange: () => void }) {
  const operate = useMay('operate');
  const path = (each: any) => `/schedules/${encodeURIComponent(each.node)}/${encodeURIComponent(each.name)}`;
  const act = (each: any, verb: string, done: string) =>
    attempt(() => post(`${path(each)}/${verb}`), done).then((taken) => taken && onChange());
  return (
    <Table
      caption="Schedules"
      rows={schedules}
      id={(each) => `${each.node} ${each.name}`}
      empty={
        <>
          No profile has a schedule. Its key is <code>schedule</code>.
        </>
      }
      columns={[
        {
          key: 'name',
          title: 'Schedule',
          head: true,
          cell: (each) => <Lamp tone={lampTone[each.lamp]}>{`${each.node} ${each.name}`}</Lamp>,
        },
        {
          key: 'cron',
          title: 'When',
          cell: (each) => (
            <>
              <span class="code">{each.cron}</span> {each.timezone}
            </>
          ),
        },
        { key: 'state', title: 'State', wrap: true, cell: (each) => each.text || each.state },
        { key: 'next', title: 'Next run', cell: (each) => <When at={each.next} /> },
        { key: 'last', title: 'Last due', cell: (each) => <When at={each.last_due} /> },
        {
          key: 'verified',
          title: 'Complete until',
          cell: (each) => (each.verified_until?.length > 10 ? <When at={each.verified_until} /> : each.verified_until),
        },
        ...(operate
          ? [
              {
                key: 'do',
                title: <span class="unseen">Actions</span>,
                cell: (each: any) => (
                  <span class="actions">
                    <button
                      aria-label={`Run now: ${each.node} ${each.name}`}
                      onClick={() =>
                        attempt(() => post(`${path(each)}/run`).then((answer) => go(`/runs/${answer.run}`)), '')
                      }
                    >
                      Run now
                    </button>
                    {each.state === 'paused' ? (
                      <button
                        aria-label={`Resume: ${each.node} ${each.name}`}
                        onClick={() => act(each, 'resume', `${each.node} ${each.name} goes on.`)}
                      >
                        Resume
                      </button>
                    ) : (
                      <button
                        disabled={each.state !== 'on'}
                        aria-label={`Pause: ${each.node} ${each.name}`}
                        onClick={() => act(each, 'pause', `${each.node} ${each.name} is paused.`)}
                      >
                        Pause
                      </button>
                    )}
                  </span>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
