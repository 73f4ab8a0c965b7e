import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button } from '#web/ui/button.tsx';
import { FormProblem } from '#web/ui/states.tsx';
import { words } from './words.ts';

/** Settles all usage so far; says how many calls that were. */
export function SettleButton({ agreementId }: { agreementId: string }) {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const settle = useMutation(
    api.exchange.settle.mutationOptions({
      onSuccess: async ({ calls }) => {
        announce(calls === 0 ? say('settledNone') : say('settled', { count: calls }));
        await queries.invalidateQueries({ queryKey: api.exchange.key() });
        await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
      },
    }),
  );
  return (
    <>
      <Button busy={settle.isPending} onClick={() => settle.mutate({ agreementId })}>
        {say('settle')}
      </Button>
      {settle.isError && <FormProblem problem={toProblem(settle.error)} />}
    </>
  );
}
