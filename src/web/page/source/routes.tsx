import type { ComponentType } from 'preact';
import { Audit } from './pages/audit.tsx';
import { Charts } from './pages/charts.tsx';
import { Coverage } from './pages/coverage.tsx';
import { Explain } from './pages/explain.tsx';
import { Exports } from './pages/exports.tsx';
import { HarvestPage } from './pages/harvest.tsx';
import { Harvests } from './pages/harvests.tsx';
import { Home } from './pages/home.tsx';
import { Inbox } from './pages/inbox.tsx';
import { Jobs } from './pages/jobs.tsx';
import { NodePage, Nodes } from './pages/nodes.tsx';
import { Quarantine, QuarantineItem } from './pages/quarantine.tsx';
import { QueryPage } from './pages/query.tsx';
import { RunPage } from './pages/run.tsx';
import { Schedules } from './pages/schedules.tsx';
import { Stores } from './pages/stores.tsx';
import { StudyPage } from './pages/study.tsx';
import { Studies } from './pages/studies.tsx';
import { System } from './pages/system.tsx';

/** Which page an address means; the first that fits. */
export const routes: [string, ComponentType<any>][] = [
  ['/', Home],
  ['/harvests', Harvests],
  ['/harvests/:id', HarvestPage],
  ['/query', QueryPage],
  ['/runs/:id', RunPage],
  ['/coverage', Coverage],
  ['/inbox', Inbox],
  ['/quarantine', Quarantine],
  ['/quarantine/:id', QuarantineItem],
  ['/explain', Explain],
  ['/studies', Studies],
  ['/studies/:id', StudyPage],
  ['/charts', Charts],
  ['/exports', Exports],
  ['/nodes', Nodes],
  ['/nodes/:name', NodePage],
  ['/stores', Stores],
  ['/schedules', Schedules],
  ['/jobs', Jobs],
  ['/audit', Audit],
  ['/system', System],
];

/** What stands in the menu, in groups. */
export const menu: [string, [string, string][]][] = [
  ['', [['/', 'Home']]],
  [
    'Collect',
    [
      ['/query', 'Query & retrieve'],
      ['/harvests', 'Harvests'],
      ['/coverage', 'Coverage'],
      ['/inbox', 'Inbox'],
      ['/quarantine', 'Quarantine'],
      ['/explain', 'Explain'],
    ],
  ],
  [
    'Dose',
    [
      ['/studies', 'Studies'],
      ['/charts', 'Charts'],
      ['/exports', 'Exports'],
    ],
  ],
  [
    'System',
    [
      ['/nodes', 'Nodes'],
      ['/stores', 'Stores'],
      ['/schedules', 'Schedules'],
      ['/jobs', 'Jobs'],
      ['/audit', 'Audit'],
      ['/system', 'Database & reload'],
    ],
  ],
];
