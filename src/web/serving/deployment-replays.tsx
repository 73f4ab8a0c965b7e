import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { type Problem, toProblem } from '#web/problem.ts';
import { useAnnounce } from '#web/ui/announce.tsx';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { FormProblem, Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import type { DeploymentDetail } from './deployment-state.tsx';
import { words } from './words.ts';

type Replay = Outputs['serving']['listReplays']['items'][number];

const shown = 5;

/** What the evaluator answers to all that was asked, and whether it is the same. */
export function DeploymentReplays({ deployment }: { deployment: DeploymentDetail }) {
  const api = useApi();
  const say = useWords(words);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { deploymentId, actions } = deployment;
  const query = useQuery(
    api.serving.listReplays.queryOptions({ input: { deploymentId, limit: shown } }),
  );
  const replay = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await api.serving.replayDeployment.call({ deploymentId });
      announce(say('replayAsked'));
      await queries.invalidateQueries({ queryKey: api.serving.listReplays.key() });
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title={say('replays')}
      action={
        actions.includes('replay') && (
          <Button busy={busy} onClick={() => void replay()}>
            {say('replay')}
          </Button>
        )
      }
    >
      <p className="serving-quiet">{say('replayWhy')}</p>
      {problem !== null && <FormProblem problem={problem} />}
      <Loaded query={query}>{({ items }) => <Rows rows={items} />}</Loaded>
    </Section>
  );
}

function Rows({ rows }: { rows: readonly Replay[] }) {
  const say = useWords(words);
  if (rows.length === 0) return <p className="serving-quiet">{say('replaysNone')}</p>;
  return (
    <PlainTable
      name={say('replays')}
      rows={rows}
      rowKey={({ replayId }) => replayId}
      columns={[
        { key: 'at', title: say('at'), cell: ({ createdAt }) => <When at={createdAt} /> },
        { key: 'outcome', title: say('outcome'), cell: (row) => <Outcome replay={row} /> },
        {
          key: 'inputs',
          title: say('inputs'),
          cell: ({ inputs }) => say('rowsUnit', { count: inputs }),
          figures: true,
        },
        { key: 'by', title: say('by'), cell: ({ requestedBy }) => <PartyName id={requestedBy} /> },
      ]}
    />
  );
}

function Outcome({ replay: { state, differences } }: { replay: Replay }) {
  const say = useWords(words);
  if (state === 'running') return <StateTag state="running" label={say('replayRunning')} />;
  if (state === 'failed') return <StateTag state="failed" label={say('replayFailed')} />;
  return differences === 0 ? (
    <StateTag state="done" label={say('equal')} />
  ) : (
    <StateTag state="failed" label={say('differences', { count: differences })} />
  );
}
