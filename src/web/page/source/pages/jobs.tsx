/** What was handed to the daemon, by this page and by the command line. */
import { get, queryOf } from '../api/client.ts';
import { duration, words } from '../format.ts';
import { Heading, Lamp, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { Pager, Table } from '../parts/table.tsx';
import { usePlace } from '../router.ts';
import { useLoad } from '../state.ts';
import { exitText, exitTone } from '../words.ts';

/** {"node": "a", "from": …} in a line; what is empty is left out. */
export function detailText(detail: any): string {
  if (detail === null || detail === undefined) return '';
  if (typeof detail !== 'object') return String(detail);
  return Object.entries(detail)
    .filter(
      ([name, value]) =>
        name !== 'schema' &&
        value !== null &&
        value !== '' &&
        value !== 0 &&
        value !== false &&
        !(Array.isArray(value) && !value.length),
    )
    .map(
      ([name, value]) =>
        `${words(name)}: ${Array.isArray(value) ? value.map((each) => (typeof each === 'object' ? detailText(each) : each)).join(', ') : typeof value === 'object' ? detailText(value) : value}`,
    )
    .join('; ');
}

export function Jobs() {
  const { query } = usePlace();
  const ask = queryOf({ cursor: query.get('cursor'), limit: 50 });
  const runs = useLoad('runs', (signal) => get('/runs', signal));
  const jobs = useLoad(ask, (signal) => get('/jobs' + ask, signal));
  const reload = () => (runs.reload(), jobs.reload());
  return (
    <>
      <Heading title="Jobs" about="What was begun from this page, and what the command line handed to the daemon.">
        <Refresh of={{ ...jobs, reload }} />
      </Heading>
      <Panel title="Begun from this page, since the daemon began">
        <Show of={runs}>
          {(data) => (
            <Table
              caption="Runs"
              rows={data.runs}
              id={(run: any) => run.run}
              empty="None."
              columns={[
                {
                  key: 'run',
                  title: 'Run',
                  head: true,
                  cell: (run: any) => <a href={`/runs/${run.run}`}>{run.run}</a>,
                },
                { key: 'kind', title: 'What', cell: (run: any) => words(run.kind) },
                { key: 'subject', title: 'Of', cell: (run: any) => run.subject },
                { key: 'by', title: 'By', cell: (run: any) => run.by },
                {
                  key: 'state',
                  title: 'State',
                  cell: (run: any) => (
                    <Lamp tone={exitTone(run.exit_code)}>
                      {run.state === 'running' ? 'under way' : exitText(run.exit_code)}
                    </Lamp>
                  ),
                },
                { key: 'began', title: 'Began', cell: (run: any) => <When at={run.began_at} /> },
                {
                  key: 'took',
                  title: 'Took',
                  number: true,
                  cell: (run: any) => (run.ended_at ? duration(run.began_at, run.ended_at) : null),
                },
                {
                  key: 'harvests',
                  title: 'Harvests',
                  cell: (run: any) =>
                    (run.harvests ?? []).map((each: number) => (
                      <a key={each} href={`/harvests/${each}`}>
                        {each}{' '}
                      </a>
                    )),
                },
              ]}
            />
          )}
        </Show>
      </Panel>
      <Panel title="All jobs">
        <Show of={jobs}>
          {(data) => (
            <>
              <Table
                caption="Jobs"
                rows={data.jobs}
                id={(job: any) => job.id}
                empty="None yet."
                columns={[
                  { key: 'id', title: 'Job', head: true, cell: (job: any) => job.id },
                  { key: 'kind', title: 'What', cell: (job: any) => words(job.kind) },
                  {
                    key: 'state',
                    title: 'State',
                    cell: (job: any) => (
                      <Lamp
                        tone={
                          job.state === 'running' ? 'busy' : exitTone(job.exit_code ?? (job.state === 'done' ? 0 : 1))
                        }
                      >
                        {job.state}
                      </Lamp>
                    ),
                  },
                  { key: 'created', title: 'Began', cell: (job: any) => <When at={job.created_at} /> },
                  {
                    key: 'took',
                    title: 'Took',
                    number: true,
                    cell: (job: any) => (job.ended_at ? duration(job.created_at, job.ended_at) : null),
                  },
                  {
                    key: 'message',
                    title: 'Message',
                    wrap: true,
                    cell: (job: any) => job.message || exitText(job.exit_code),
                  },
                  { key: 'arguments', title: 'Asked for', wrap: true, cell: (job: any) => detailText(job.arguments) },
                ]}
              />
              <Pager shown={data.jobs.length} next={data.next} what="jobs" />
            </>
          )}
        </Show>
      </Panel>
    </>
  );
}
