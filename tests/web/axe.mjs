// axe-core in the page, and its findings in a few words.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Serious and critical findings, a line each; `rules`: only of these. The browser's own evaluate is not bound by the
 * page's policy.
 */
export async function seriousFindings(page, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const { violations } = await page.evaluate(
    (only) => globalThis.axe.run(document, { resultTypes: ['violations'], ...(only ? { runOnly: only } : {}) }),
    rules,
  );
  return violations
    .filter((each) => ['serious', 'critical'].includes(each.impact))
    .flatMap((each) =>
      each.nodes
        .slice(0, 3)
        .map(
          (node) =>
            `${each.id} (${each.impact}): ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1] ?? ''}`,
        ),
    );
}
