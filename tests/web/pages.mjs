// Every page, by the name of its screenshot. `of` gives the rows that exist in the daemon at hand.
export const pages = (of) => ({
  home: '/',
  query: '/query',
  harvests: '/harvests',
  harvest: `/harvests/${of.harvest}`,
  review: `/harvests/${of.query}`,
  coverage: '/coverage' + (of.days ?? ''),
  inbox: '/inbox',
  quarantine: '/quarantine',
  'quarantined-object': `/quarantine/${of.object}`,
  explain: '/explain',
  studies: '/studies?family=ct',
  study: `/studies/${of.study}`,
  'chart-boxes': '/charts',
  'chart-bars': '/charts?as=bars&by=study_description',
  'chart-time': '/charts?chart=time&interval=week&by=study_description',
  'chart-histogram': '/charts?chart=histogram&by=none',
  'chart-frequency': '/charts?chart=frequency',
  'chart-thickness': '/charts?chart=thickness',
  'chart-drl': '/charts?chart=drl',
  'chart-workload': '/charts?chart=workload',
  exports: '/exports',
  nodes: '/nodes',
  node: `/nodes/${of.node}`,
  stores: '/stores',
  schedules: '/schedules',
  jobs: '/jobs',
  audit: '/audit',
  system: '/system',
});

/** Goes there and waits until nothing is loading any more. */
export async function visit(page, path) {
  await page.goto(path);
  await settled(page);
}

export async function settled(page) {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.loading, .stale'));
}
