import { useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { CaseView } from './views.ts';

/** Shows at once what an action gave; everything that the case bears on is read again. */
export function useKeepCase(): (found: CaseView) => void {
  const api = useApi();
  const queries = useQueryClient();
  return (found) => {
    const input = { caseId: found.caseId };
    queries.setQueryData(api.cases.getCase.queryKey({ input }), found);
    void queries.invalidateQueries({ queryKey: api.cases.listCases.key() });
    void queries.invalidateQueries({ queryKey: api.scenarios.key() });
    void queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
  };
}
