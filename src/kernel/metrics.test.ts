import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('names metrics after the platform and the module, in the text format', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const published = metrics.counter({
    module: 'hub',
    name: 'revisions_published_total',
    help: 'Revisions published.',
    labels: ['kind'],
  });
  published.add({ kind: 'dataset' });
  published.add({ kind: 'dataset' }, 2);
  metrics.gauge({ module: 'kernel', name: 'lag', help: 'Lag.' }).set({}, 4);
  metrics
    .histogram({ module: 'kernel', name: 'wait_seconds', help: 'Wait.', buckets: [1, 10] })
    .observe({}, 3);
  const { contentType, body } = await metrics.text();
  expect(contentType).toContain('text/plain');
  expect(body).toContain('touyan_hub_revisions_published_total{kind="dataset"} 3');
  expect(body).toContain('touyan_kernel_lag 4');
  expect(body).toContain('touyan_kernel_wait_seconds_bucket{le="10"} 1');
});
