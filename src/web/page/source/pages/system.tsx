/** The database and the disk; reading the configuration anew. */
import { get, post } from '../api/client.ts';
import { titleOf } from '../fields.ts';
import { bytes, count } from '../format.ts';
import { Facts, Heading, Lamp, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { Table } from '../parts/table.tsx';
import { attempt, useLoad, useMay } from '../state.ts';
import { kindText } from '../words.ts';

export function System() {
  const statistics = useLoad('statistics', (signal) => get('/statistics', signal));
  const operate = useMay('operate');
  const reload = useLoad(operate ? 'reload' : null, (signal) => get('/reload', signal));
  const again = () =>
    attempt(() => post('/reload'), 'The files are read anew.').then((taken) => taken && setTimeout(reload.reload, 800));
  return (
    <>
      <Heading
        title="Database & reload"
        about="What lies in the data directory, and whether the configuration in force is the one in the files."
      >
        <Refresh of={statistics} />
      </Heading>
      {operate && (
        <Panel title="Configuration" actions={<button onClick={again}>Read the files anew</button>}>
          <div role="status">
            {reload.data && (
              <div class="stack">
                <p>
                  <Lamp tone={reload.data.ok === false ? 'bad' : 'good'}>
                    {reload.data.ok === false
                      ? 'The files have faults; what was in force stays in force.'
                      : reload.data.at
                        ? 'The files are sound and in force.'
                        : 'In force is what was read at the start.'}
                  </Lamp>{' '}
                  {reload.data.at && <When at={reload.data.at} />}
                </p>
                {(reload.data.faults ?? []).map((fault: string) => (
                  <pre key={fault}>{fault}</pre>
                ))}
              </div>
            )}
          </div>
        </Panel>
      )}
      <Show of={statistics}>{(data) => <Statistics of={data} />}</Show>
    </>
  );
}

/** Whatever `db stats` tells: numbers as facts, lists as tables. */
function Statistics({ of }: { of: Record<string, any> }) {
  const plain = Object.entries(of).filter(
    ([name, value]) => name !== 'schema' && (typeof value !== 'object' || value === null),
  );
  const objects = Object.entries(of).filter(([, value]) => value && typeof value === 'object' && !Array.isArray(value));
  const lists = Object.entries(of).filter(([, value]) => Array.isArray(value));
  return (
    <div class="page">
      {plain.length > 0 && (
        <Panel title="Sizes">
          <Facts of={plain.map(([name, value]) => [titled(name), shown(name, value)])} />
        </Panel>
      )}
      {objects.map(([name, value]) => (
        <Panel key={name} title={titled(name)}>
          <Facts of={Object.entries(value).map(([inner, each]) => [titled(inner), shown(`${name}_${inner}`, each)])} />
        </Panel>
      ))}
      {lists
        .filter(([, rows]) => rows.length)
        .map(([name, rows]) => {
          const names = [...new Set<string>(rows.flatMap((row: any) => Object.keys(row)))];
          return (
            <Panel key={name} title={titled(name)}>
              <Table
                caption={titled(name)}
                rows={rows.slice(0, 200).map((row: any, i: number) => ({ ...row, key_: i }))}
                id={(row: any) => row.key_}
                columns={names.map((each) => ({
                  key: each,
                  title: titled(each),
                  number: typeof rows[0][each] === 'number',
                  cell: (row: any) => shown(each, row[each]),
                }))}
              />
            </Panel>
          );
        })}
    </div>
  );
}

const titled = (name: string) => titleOf(name.replace(/_bytes$/, ''));

function shown(name: string, value: unknown) {
  if (typeof value === 'number') return /bytes$/.test(name) ? bytes(value) : count(value);
  if (name === 'kind') return kindText(String(value));
  if (value && typeof value === 'object') return JSON.stringify(value);
  return String(value ?? '');
}
