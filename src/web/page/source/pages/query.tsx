/** A query or a harvest by hand: which node, which days, of what. A query only looks; what to take is decided after it. */
import { useState } from 'preact/hooks';
import { get, post } from '../api/client.ts';
import { daysAgo, isoDay } from '../format.ts';
import { Heading, Panel, Show } from '../parts/basics.tsx';
import { Check, Choice, DateField, Field, Segments, Several, TextField } from '../parts/forms.tsx';
import { go, setQuery, usePlace } from '../router.ts';
import { attempt, useLoad, useMay, usePrivate } from '../state.ts';

const allModalities = ['CT', 'MG', 'DX', 'CR', 'RF', 'XA', 'PX', 'NM', 'PT'];

const listOf = (text: string) =>
  text
    .split(/[\n,;]+/)
    .map((each) => each.trim())
    .filter(Boolean);

export function QueryPage() {
  const nodes = useLoad('nodes', (signal) => get('/nodes', signal));
  const operate = useMay('operate');
  return (
    <>
      <Heading
        title="Query & retrieve"
        about="A query asks the node and fetches nothing. You see what would be taken and why, change it, and then retrieve."
      />
      {!operate && <p class="warning">The token in use may look, but not query.</p>}
      <Show of={nodes}>
        {(data) => <QueryForm nodes={data.nodes.filter((node: any) => node.enabled)} operate={operate} />}
      </Show>
    </>
  );
}

function QueryForm({ nodes, operate }: { nodes: any[]; operate: boolean }) {
  const { query } = usePlace();
  const value = (name: string, otherwise = '') => query.get(name) ?? otherwise;
  const node = value('node', nodes[0]?.name ?? '');
  const by = value('by', 'days');
  const from = value('from', daysAgo(1));
  const until = value('until', daysAgo(1));
  const modalities = value('modalities').split(',').filter(Boolean);
  const [accessions, setAccessions] = usePrivate('accessions');
  const [studies, setStudies] = usePrivate('studies');
  const [busy, setBusy] = useState(false);
  const set = (name: string) => (to: string) => setQuery({ [name]: to }, true);
  const body = () => ({
    node,
    ...(by === 'days'
      ? { from, until }
      : by === 'accessions'
        ? { accession_numbers: listOf(accessions) }
        : { studies: listOf(studies) }),
    ...(modalities.length ? { modalities } : {}),
    include_description: listOf(value('include')),
    exclude_description: listOf(value('exclude')),
    include_station: listOf(value('station')),
    sr_only: query.has('sr_only'),
    toshiba: query.has('toshiba'),
    refetch: query.has('refetch'),
  });
  const send = async (path: string) => {
    setBusy(true);
    await attempt(() => post(path, body()).then((answer) => go(`/runs/${answer.run}`)), '');
    setBusy(false);
  };
  const named =
    by === 'days' ? from && until : by === 'accessions' ? listOf(accessions).length : listOf(studies).length;
  const ready = operate && !busy && node && named;
  if (!nodes.length)
    return (
      <p class="empty">
        No node is enabled. <a href="/nodes">Nodes</a>
      </p>
    );
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void send('/queries');
      }}
    >
      <Panel title="Which node, what of it">
        <div class="stack">
          <div class="filters">
            <Choice
              label="Node"
              value={node}
              onValue={set('node')}
              options={nodes.map((each) => [each.name, each.name])}
            />
          </div>
          <Segments
            label="Asked for by"
            value={by}
            onValue={set('by')}
            options={[
              ['days', 'By days'],
              ['accessions', 'By accession numbers'],
              ['studies', 'By Study Instance UIDs'],
            ]}
          />
          {by === 'days' && <Days from={from} until={until} />}
          {by === 'accessions' && (
            <Lines
              label="Accession numbers"
              hint="One a line or with commas between; leading zeros count. They do not go into the address."
              value={accessions}
              onValue={setAccessions}
            />
          )}
          {by === 'studies' && (
            <Lines
              label="Study Instance UIDs"
              hint="One a line or with commas between. They do not go into the address."
              value={studies}
              onValue={setStudies}
            />
          )}
          <Several
            label="Modalities (none: those of the node's profile)"
            values={modalities}
            options={allModalities}
            onValues={(values) => setQuery({ modalities: values.join(',') }, true)}
          />
        </div>
      </Panel>
      <Panel title="Narrower or wider">
        <div class="stack">
          <div class="filters">
            <TextField label="Only descriptions like" value={value('include')} onValue={set('include')} />
            <TextField label="No descriptions like" value={value('exclude')} onValue={set('exclude')} />
            <TextField label="Only stations like" value={value('station')} onValue={set('station')} />
          </div>
          <p class="hint">* and ? stand for anything; several with commas between.</p>
          <div class="actions">
            <Check
              label="Only studies of reports alone"
              checked={query.has('sr_only')}
              onChecked={(on) => setQuery({ sr_only: on }, true)}
            />
            <Check
              label="Dose screens of Toshiba"
              checked={query.has('toshiba')}
              onChecked={(on) => setQuery({ toshiba: on }, true)}
            />
            <Check
              label="Also what is held already"
              checked={query.has('refetch')}
              onChecked={(on) => setQuery({ refetch: on }, true)}
            />
          </div>
        </div>
      </Panel>
      <div class="buttons">
        <button type="button" disabled={!ready} onClick={() => send('/harvests')}>
          Harvest at once
        </button>
        <button class="primary" type="submit" disabled={!ready}>
          Query and review
        </button>
      </div>
    </form>
  );
}

function Days({ from, until }: { from: string; until: string }) {
  const today = isoDay(new Date());
  const span = (first: string, last: string) => () => setQuery({ from: first, until: last }, true);
  return (
    <div class="filters">
      <DateField label="From" value={from} max={until} onValue={(to) => setQuery({ from: to }, true)} />
      <DateField label="Until" value={until} min={from} onValue={(to) => setQuery({ until: to }, true)} />
      <div class="actions wide">
        <button type="button" onClick={span(today, today)}>
          Today
        </button>
        <button type="button" onClick={span(daysAgo(1), daysAgo(1))}>
          Yesterday
        </button>
        <button type="button" onClick={span(daysAgo(6), today)}>
          7 days
        </button>
      </div>
    </div>
  );
}

function Lines({
  label,
  hint,
  value,
  onValue,
}: {
  label: string;
  hint: string;
  value: string;
  onValue: (value: string) => void;
}) {
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <textarea
          id={id}
          rows={4}
          value={value}
          autocomplete="off"
          spellcheck={false}
          aria-describedby={`${id}-hint`}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
