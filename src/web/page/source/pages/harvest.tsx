/** One harvest: how it goes, what it found, what it decided and why, what is missing. A query is reviewed here. */
import { useState } from 'preact/hooks';
import { get, post, queryOf } from '../api/client.ts';
import { count, duration, moment, plural } from '../format.ts';
import { Facts, Figure, Heading, Lamp, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { AskFirst, Choice } from '../parts/forms.tsx';
import { HarvestProgress, useStream } from '../parts/live.tsx';
import { Pager, Table } from '../parts/table.tsx';
import { StudyTree } from '../parts/tree.tsx';
import { go, setQuery, usePlace, withQuery } from '../router.ts';
import { attempt, useEvery, useLoad, useMay } from '../state.ts';
import { reasonText, toneOf, verdictParts, verdictWords } from '../words.ts';

export function HarvestPage({ id }: { id: string }) {
  const harvest = useLoad(id, (signal) => get(`/harvests/${id}`, signal).then((data) => data.harvest));
  const data = harvest.data;
  const [progress, setProgress] = useState<any>(null);
  const running = data?.state === 'running';
  useStream(running ? `/harvests/${id}/events` : null, (event) => {
    if (event.event === 'progress') setProgress(event);
    if (event.event !== 'finished' && event.event !== 'failed') return false;
    harvest.reload();
    return true;
  });
  useEvery(5, harvest.reload, running);
  const query = data?.kind === 'query';
  return (
    <>
      <Heading
        title={query ? `Query ${id}` : `Harvest ${id}`}
        above={{ href: '/harvests', text: 'Harvests' }}
        about={data && `${data.node}: ${data.asked_for}`}
      >
        {data && <Actions id={id} harvest={data} onDone={harvest.reload} />}
        <Refresh of={harvest} />
      </Heading>
      <Show of={harvest}>
        {(each) => (
          <div class="page">
            <Counts of={each} />
            {running && (
              <Panel title="Progress">
                <HarvestProgress of={progress ?? each.progress} />
              </Panel>
            )}
            <Trouble of={each} />
            {query && !running && (
              <p class="hint-box">
                Nothing was fetched yet. Look through the list, change what is to be taken, then retrieve.
              </p>
            )}
            <Verdicts of={each} />
            <Found id={id} harvest={each} review={query && !running} />
            <Log id={id} />
          </div>
        )}
      </Show>
    </>
  );
}

function Actions({ id, harvest, onDone }: { id: string; harvest: any; onDone: () => void }) {
  const operate = useMay('operate');
  if (!operate) return null;
  const act = (verb: string, done: string) =>
    attempt(() => post(`/harvests/${id}/${verb}`), done).then((taken) => taken && onDone());
  const begin = (verb: string) =>
    attempt(() => post(`/harvests/${id}/${verb}`).then((answer) => go(`/runs/${answer.run}`)), '');
  if (harvest.state === 'running')
    return (
      <>
        <button onClick={() => act('pause', `Harvest ${id} ends in order; it can be resumed.`)}>Pause</button>
        <AskFirst
          text="Cancel"
          title={`Cancel harvest ${id}?`}
          question={<p>It ends for good. What has come stays; what was not fetched yet is not fetched.</p>}
          yes="Cancel the harvest"
          danger
          onYes={() => act('cancel', `Harvest ${id} is cancelled.`)}
        />
      </>
    );
  const open = ['interrupted', 'incomplete', 'failed'].includes(harvest.state);
  return (
    <>
      {open && harvest.state === 'interrupted' && (
        <button class="primary" onClick={() => begin('resume')}>
          Resume
        </button>
      )}
      {open && <button onClick={() => begin('retry')}>Retry what is missing</button>}
      {harvest.state === 'interrupted' && (
        <AskFirst
          text="Cancel"
          title={`Cancel harvest ${id}?`}
          question={<p>It ends for good: nobody goes on with it.</p>}
          yes="Cancel the harvest"
          danger
          onYes={() => act('cancel', `Harvest ${id} is cancelled.`)}
        />
      )}
    </>
  );
}

function Counts({ of }: { of: any }) {
  const request = of.request ?? {};
  return (
    <>
      <div class="figures">
        <Figure value={count(of.studies)} of="studies" />
        <Figure value={count(of.found)} of="objects wanted" />
        <Figure value={count(of.held)} of="held already" />
        <Figure value={count(of.fetched)} of="fetched" />
        <Figure value={count(of.open)} of="open" />
        <Figure value={count(of.missing)} of="missing" tone={of.missing ? 'bad' : undefined} />
        <Figure value={count(of.failed)} of="failed" tone={of.failed ? 'bad' : undefined} />
      </div>
      <Panel>
        <Facts
          of={[
            ['State', <Lamp tone={toneOf(of.state)}>{of.state}</Lamp>],
            ['Node', <a href={`/nodes/${encodeURIComponent(of.node)}`}>{of.node}</a>],
            ['Began', <When at={of.created_at} />],
            ['Ended', of.ended_at && <When at={of.ended_at} />],
            ['Took', of.ended_at && duration(of.created_at, of.ended_at)],
            ['By name', request.listed > 0 ? plural(request.listed, 'study', 'studies') : null],
            [
              'Days',
              request.listed
                ? null
                : request.from &&
                  (request.from === request.until ? request.from : `${request.from} to ${request.until}`),
            ],
            ['Modalities', request.modalities?.join(', ')],
            ['Stopped by', of.stopped_by],
            [
              'Imported',
              Object.entries(of.fetched_by_outcome ?? {})
                .map(([outcome, n]) => outcomeText(outcome, n as number))
                .join(', '),
            ],
            ['Message', of.message],
          ]}
        />
      </Panel>
    </>
  );
}

/** "failed(empty_report)" with its count, in words. */
function outcomeText(outcome: string, n: number): string {
  const { verdict, reason } = verdictParts(outcome);
  return `${count(n)} ${verdict}${reason ? ` (${reasonText(reason)})` : ''}`;
}

function Trouble({ of }: { of: any }) {
  const [windows, requests, failed] = [of.open_windows ?? [], of.open_requests ?? [], of.failed_objects ?? []];
  if (of.state === 'running' || windows.length + requests.length + failed.length === 0) return null;
  return (
    <Panel title="What is open or failed">
      <div class="stack">
        {windows.length > 0 && (
          <Table
            caption="Queries that are open"
            rows={windows}
            id={(each: any) => `${each.modality}${each.from}${each.time_from}`}
            columns={[
              { key: 'window', title: 'Query', head: true, cell: (each: any) => windowText(each) },
              {
                key: 'state',
                title: 'State',
                cell: (each: any) => <Lamp tone={toneOf(each.state)}>{each.state}</Lamp>,
              },
              { key: 'attempts', title: 'Attempts', number: true, cell: (each: any) => count(each.attempts) },
              { key: 'message', title: 'Why', wrap: true, cell: (each: any) => each.message },
            ]}
          />
        )}
        {requests.length > 0 && (
          <Table
            caption="Requests that are open"
            rows={requests}
            id={(each: any) => each.request}
            columns={[
              { key: 'request', title: 'Request', head: true, cell: (each: any) => each.request },
              { key: 'study', title: 'Study', number: true, cell: (each: any) => each.study },
              {
                key: 'state',
                title: 'State',
                cell: (each: any) => <Lamp tone={toneOf(each.state)}>{each.state}</Lamp>,
              },
              { key: 'missing', title: 'Missing', number: true, cell: (each: any) => count(each.missing) },
              { key: 'attempts', title: 'Attempts', number: true, cell: (each: any) => count(each.attempts) },
              { key: 'message', title: 'Why', wrap: true, cell: (each: any) => each.message },
            ]}
          />
        )}
        {failed.length > 0 && (
          <Table
            caption="Objects that failed"
            rows={failed}
            id={(each: any) => each.object}
            columns={[
              {
                key: 'object',
                title: 'Object',
                head: true,
                cell: (each: any) => <a href={`/quarantine/${each.object}`}>{each.object}</a>,
              },
              { key: 'reason', title: 'Reason', cell: (each: any) => reasonText(each.reason) },
              { key: 'message', title: 'Message', wrap: true, cell: (each: any) => each.message },
            ]}
          />
        )}
      </div>
    </Panel>
  );
}

function windowText(window: any): string {
  const days = window.from === window.until ? window.from : `${window.from} to ${window.until}`;
  const times = window.time_from ? ` ${window.time_from}–${window.time_until}` : '';
  return `${window.modality ?? ''} ${days}${times}`.trim();
}

function Verdicts({ of }: { of: any }) {
  const rows = Object.entries(of.studies_by_verdict ?? {}).map(([key, n]) => ({
    level: 'studies',
    key,
    n: n as number,
  }));
  const series = Object.entries(of.series_by_verdict ?? {}).map(([key, n]) => ({
    level: 'series',
    key,
    n: n as number,
  }));
  if (rows.length + series.length === 0) return null;
  return (
    <Panel title="Verdicts">
      <Table
        caption="Verdicts with their reasons"
        rows={[...rows, ...series]}
        id={(row) => row.level + row.key}
        columns={[
          { key: 'of', title: 'Of', cell: (row) => row.level },
          {
            key: 'verdict',
            title: 'Verdict',
            cell: (row) => (
              <Lamp tone={toneOf(verdictParts(row.key).verdict)}>
                {verdictWords[verdictParts(row.key).verdict] ?? row.key}
              </Lamp>
            ),
          },
          {
            key: 'reason',
            title: 'Reason',
            wrap: true,
            cell: (row) => {
              const { verdict, reason } = verdictParts(row.key);
              const text = reasonText(reason) || 'no reason given';
              return row.level === 'studies' ? <a href={withQuery({ verdict, reason, cursor: null })}>{text}</a> : text;
            },
          },
          { key: 'n', title: 'Count', number: true, cell: (row) => count(row.n) },
        ]}
      />
    </Panel>
  );
}

function Found({ id, harvest, review }: { id: string; harvest: any; review: boolean }) {
  const { query } = usePlace();
  const value = (name: string) => query.get(name) ?? '';
  const filters = {
    verdict: value('verdict'),
    reason: value('reason'),
    modality: value('modality'),
    cursor: value('cursor'),
  };
  const ask = queryOf({ ...filters, limit: 50 });
  const studies = useLoad(ask + harvest.state, (signal) => get(`/harvests/${id}/studies${ask}`, signal));
  const [changed, setChanged] = useState(new Map<number, boolean>());
  const reasons = [
    ...new Set(Object.keys(harvest.studies_by_verdict ?? {}).map((key) => verdictParts(key).reason)),
  ].filter(Boolean);
  const change = (name: string) => (to: string) => setQuery({ [name]: to, cursor: null }, true);
  const selection = {
    taken: (study: any) => changed.get(study.study) ?? study.verdict === 'retrieve',
    take: (study: any, taken: boolean) => {
      const next = new Map(changed);
      if (taken === (study.verdict === 'retrieve')) next.delete(study.study);
      else next.set(study.study, taken);
      setChanged(next);
    },
  };
  return (
    <Panel title="What was found" actions={review && <Retrieve id={id} harvest={harvest} changed={changed} />}>
      <div class="stack">
        <form class="filters" aria-label="Filters of studies" onSubmit={(event) => event.preventDefault()}>
          <Choice
            label="Verdict"
            value={filters.verdict}
            onValue={change('verdict')}
            options={[
              ['', 'all'],
              ...(['retrieve', 'skip', 'failed', 'undecided'].map((each) => [each, verdictWords[each]]) as [
                string,
                string,
              ][]),
            ]}
          />
          <Choice
            label="Reason"
            value={filters.reason}
            onValue={change('reason')}
            options={[['', 'all'], ...(reasons.map((each) => [each, reasonText(each)]) as [string, string][])]}
          />
          <Choice
            label="Modality"
            value={filters.modality}
            onValue={change('modality')}
            options={[
              ['', 'all'],
              ...((harvest.request?.modalities ?? []).map((each: string) => [each, each]) as [string, string][]),
            ]}
          />
        </form>
        <Show of={studies}>
          {(data) =>
            data.studies.length === 0 ? (
              <p class="empty">{harvest.state === 'running' ? 'Nothing yet.' : 'No study fits.'}</p>
            ) : (
              <>
                <StudyTree harvest={id} studies={data.studies} selection={review ? selection : undefined} />
                <Pager shown={data.studies.length} next={data.next} what="studies" />
              </>
            )
          }
        </Show>
      </div>
    </Panel>
  );
}

/** Fetches what a query found: all that was to be taken, or what the reader made of it. */
function Retrieve({ id, harvest, changed }: { id: string; harvest: any; changed: Map<number, boolean> }) {
  const [busy, setBusy] = useState(false);
  const operate = useMay('operate');
  if (!operate) return null;
  const wanted = Object.entries(harvest.studies_by_verdict ?? {})
    .filter(([key]) => key.startsWith('retrieve'))
    .reduce((sum, [, n]) => sum + (n as number), 0);
  const taken = [...changed.values()].reduce((sum, each) => sum + (each ? 1 : -1), wanted);
  const begin = async () => {
    setBusy(true);
    await attempt(async () => {
      const body = changed.size ? { studies: await chosen(id, changed) } : {};
      const answer = await post(`/harvests/${id}/retrieve`, body);
      go(`/runs/${answer.run}`);
    }, '');
    setBusy(false);
  };
  return (
    <>
      {changed.size > 0 && <span class="quiet">{plural(changed.size, 'change')} by hand</span>}
      <button class="primary" disabled={busy || taken < 1} onClick={begin}>
        Retrieve {plural(taken, 'study', 'studies')}
      </button>
    </>
  );
}

/** The rows of all studies that are to be taken, with the changes made by hand. */
async function chosen(id: string, changed: Map<number, boolean>): Promise<number[]> {
  const rows = new Set<number>([...changed].filter(([, taken]) => taken).map(([row]) => row));
  let cursor: string | null = '';
  do {
    const page: any = await get(`/harvests/${id}/studies${queryOf({ verdict: 'retrieve', limit: 500, cursor })}`);
    for (const study of page.studies) if (changed.get(study.study) ?? true) rows.add(study.study);
    cursor = page.next;
  } while (cursor && rows.size <= 1000);
  return [...rows];
}

function Log({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const log = useLoad(open ? id : null, (signal) => get(`/harvests/${id}/log`, signal));
  return (
    <Panel title="Log">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Each query and each request, in order</summary>
        {open && (
          <Show of={log}>
            {(data) => (
              <div class="stack">
                <Table
                  caption="Queries"
                  rows={data.windows}
                  id={(each: any) => windowText(each) + each.state}
                  empty="No query."
                  columns={[
                    { key: 'window', title: 'Query', head: true, cell: (each: any) => windowText(each) },
                    {
                      key: 'state',
                      title: 'State',
                      cell: (each: any) => <Lamp tone={toneOf(each.state)}>{each.state}</Lamp>,
                    },
                    {
                      key: 'studies',
                      title: 'Studies',
                      number: true,
                      cell: (each: any) => count(each.studies ?? each.count),
                    },
                    { key: 'attempts', title: 'Attempts', number: true, cell: (each: any) => count(each.attempts) },
                    { key: 'message', title: 'Message', wrap: true, cell: (each: any) => each.message },
                  ]}
                />
                <Table
                  caption="Requests"
                  rows={data.requests}
                  id={(each: any) => each.request}
                  empty="No request."
                  columns={[
                    { key: 'request', title: 'Request', head: true, cell: (each: any) => each.request },
                    { key: 'study', title: 'Study', number: true, cell: (each: any) => each.study },
                    { key: 'level', title: 'Level', cell: (each: any) => each.level },
                    {
                      key: 'state',
                      title: 'State',
                      cell: (each: any) => <Lamp tone={toneOf(each.state)}>{each.state}</Lamp>,
                    },
                    { key: 'sent', title: 'Sent', cell: (each: any) => moment(each.sent_at, true) },
                    { key: 'completed', title: 'Completed', number: true, cell: (each: any) => count(each.completed) },
                    { key: 'failed', title: 'Failed', number: true, cell: (each: any) => count(each.failed) },
                    { key: 'message', title: 'Message', wrap: true, cell: (each: any) => each.message },
                  ]}
                />
              </div>
            )}
          </Show>
        )}
      </details>
    </Panel>
  );
}
