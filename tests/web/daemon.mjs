// The real daemon on a site of its own, and simulated archives for it to ask.
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const program = process.env.HARVESTER_PROGRAM;
export const simulatedPacs = process.env.HARVESTER_PACS;
const run = promisify(execFile);

export const dayOf = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const compact = (day) => day.replaceAll('-', '');

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A child that is ended with SIGTERM, and whose words are kept for failures. */
function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const words = [];
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (text) => words.push(String(text)));
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
  return {
    child,
    ended,
    said: () => words.join(''),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A simulated archive; `more`: its options. */
export async function startArchive(storePort, more) {
  const archive = start(simulatedPacs, ['--destination', `HARVESTER=127.0.0.1:${storePort}`, ...more]);
  const port = await new Promise((resolve, reject) => {
    archive.child.stdout.on('data', () => {
      const told = /port (\d+)/.exec(archive.said());
      if (told) resolve(Number(told[1]));
    });
    archive.ended.then(() => reject(new Error(`the archive ended: ${archive.said()}`)));
  });
  return { ...archive, port };
}

export class Site {
  /** `http` and `more`: further lines of the site file. */
  static async make({ http = '', more = '' } = {}) {
    const site = new Site();
    site.folder = await mkdtemp(join(tmpdir(), 'harvester-web-'));
    [site.storePort, site.httpPort] = [await freePort(), await freePort()];
    await mkdir(join(site.folder, 'profiles'));
    await site.write(
      'harvester.yaml',
      [
        'data_directory: data',
        'profiles: profiles',
        `stores: [{name: harvest, ae_title: HARVESTER, bind: 127.0.0.1, port: ${site.storePort}}]`,
        'disk: {minimum_free: 1MiB}',
        `http: {bind: 127.0.0.1, port: ${site.httpPort}${http}}`,
        more,
        '',
      ].join('\n'),
    );
    site.address = `http://127.0.0.1:${site.httpPort}`;
    return site;
  }

  write(name, text) {
    return writeFile(join(this.folder, name), text);
  }

  addNode(name, port, description, more = '') {
    return this.write(
      `profiles/${name}.yaml`,
      [
        'schema: 1',
        `description: "${description}"`,
        `remote: {host: 127.0.0.1, port: ${port}, ae_title: SIMPACS}`,
        'pacing: {associations: 3, outstanding_moves: 2, requests_per_minute: 0}',
        'timeouts: {settle: 1s}',
        'retry: {attempts: 2, backoff: 100ms, backoff_max: 500ms}',
        more,
        '',
      ].join('\n'),
    );
  }

  async serve() {
    this.daemon = start(program, ['--config', join(this.folder, 'harvester.yaml'), 'serve']);
    for (const until = Date.now() + 60_000; Date.now() < until;) {
      const ready = await fetch(`${this.address}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) return this;
      if (this.daemon.child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the daemon is not ready: ${this.daemon.said()}`);
  }

  /** A command line on this site. What it ended with is told, not thrown. */
  async command(...args) {
    return run(program, ['--config', join(this.folder, 'harvester.yaml'), ...args]).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (failure) => ({ code: failure.code, output: failure.stdout + failure.stderr }),
    );
  }

  /** Imports one synthetic CT report whose patient and study are called so. */
  async importNamed(name, description) {
    const folder = join(this.folder, 'named');
    await run(simulatedPacs, [
      '--write',
      folder,
      '--studies',
      '1',
      '--seed',
      '77',
      '--only-rdsr',
      '--images',
      '1',
      '--first-day',
      compact(dayOf(2)),
    ]);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((each) => each.isFile())
      .map((each) => join(each.path ?? each.parentPath, each.name));
    await run('dcmodify', ['-nb', '-m', `(0010,0010)=${name}`, '-m', `(0008,1030)=${description}`, ...files]);
    return this.command('import', '--wait', folder);
  }

  async close() {
    await this.daemon?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The demo's archive, and one of CT studies over four weeks, as nodes of a site. */
export async function startArchives(site) {
  const demo = await startArchive(site.storePort, ['--seed', '7', '--demo-day', compact(dayOf(1))]);
  const many = await startArchive(site.storePort, [
    '--seed',
    '11',
    '--studies',
    '160',
    '--days',
    '28',
    '--first-day',
    compact(dayOf(28)),
    '--images',
    '1',
  ]);
  const schedule = 'schedule: [{name: nightly, cron: "30 22 * * *", date: "yesterday..today"}]';
  await site.addNode('hospital', demo.port, 'Simulated archive, all modalities', schedule);
  await site.addNode('ct-archive', many.port, 'Simulated archive of CT');
  await site.addNode('gone', await freePort(), 'A node that is not there');
  return [demo, many];
}
