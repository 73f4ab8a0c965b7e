import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useLive } from '#web/live.ts';

/** Reads a submission, again whenever the platform says that it moved. */
export function useSubmission(submissionId: string, enabled = true) {
  const api = useApi();
  const input = { submissionId };
  const query = useQuery(api.scenarios.getSubmission.queryOptions({ input, enabled }));
  const topic = query.data === undefined ? undefined : `scenarios.submission/${submissionId}`;
  useLive(topic, api.scenarios.getSubmission.key());
  useLive(topic, api.kernel.listFacts.key());
  return query;
}
