import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatBytes } from '#web/format.ts';
import { StopControl } from '#web/governance/stop-control.tsx';
import { useWords } from '#web/i18n.ts';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { Ask } from '#web/ui/ask.tsx';
import { Command } from '#web/ui/copy-text.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { Loading } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { When } from '#web/ui/when.tsx';
import { triedTaskOf } from './playground/tried-task.ts';
import { RemoteCalls, RemoteMark, speaksOpenai, useRemoteRows } from './remote/remote-trial.tsx';
import './serving.css';
import { curlSnippet, exampleRequest, pythonSnippet, scriptSnippet } from './trial-example.ts';
import { TrialPlayground } from './trial-playground.tsx';
import { TrialUsage } from './trial-usage.tsx';
import { type TrialDetail, TrialState } from './trial-view.tsx';
import { trialWords } from './trial-words.ts';

const Playground = lazy(async () => ({
  default: (await import('./playground/playground.tsx')).Playground,
}));

const rereadMs = 5_000;

/** One model on trial: its state, what it takes, a place to try it, and how to call it. */
export function TrialPage({ trialId }: { trialId: string }) {
  const api = useApi();
  const query = useQuery(
    api.serving.getTrial.queryOptions({ input: { trialId }, refetchInterval: rereadMs }),
  );
  useLive(query.data === undefined ? undefined : 'serving.deployment', api.serving.key());
  return <LoadedPage query={query}>{(found) => <Found trial={found} />}</LoadedPage>;
}

type Of = { trial: TrialDetail };

function Found({ trial }: Of) {
  const say = useWords(trialWords);
  const [ending, setEnding] = useState(false);
  const { trialId, name, state, reason, actions, model } = trial;
  const address = `${location.origin}${trial.endpoint}`;
  const example = model === null ? null : exampleRequest(model);
  const calls = actions.includes('call');
  const ends = actions.includes('end');
  const tried = triedTaskOf(trial);
  return (
    <>
      <PageHead
        name={name}
        parent={{ name: say('serving'), href: '/serving' }}
        state={<TrialState state={state} />}
        why={state === 'open' ? say('trialWhy') : say(`${state}Why`, { reason: reason ?? '' })}
        main={
          state !== 'ended' && (
            <StopControl
              target={{ type: 'serving.deployment', id: trialId }}
              name={name}
              stopped={state === 'stopped'}
            />
          )
        }
        {...(ends
          ? {
              more: (close: () => void) => (
                <button
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    close();
                    setEnding(true);
                  }}
                >
                  {say('end')}
                </button>
              ),
            }
          : {})}
      />
      <PageBody side={<Side trial={trial} />}>
        <RemoteMark trial={trial} />
        {calls && speaksOpenai(trial) && <RemoteCalls trial={trial} />}
        {calls && tried !== null && (
          <Suspense fallback={<Loading />}>
            <Playground tried={tried} />
          </Suspense>
        )}
        {trial.runtime !== 'task' && !speaksOpenai(trial) && (
          <>
            {calls && example !== null && <TrialPlayground address={address} example={example} />}
            <Ports trial={trial} />
            {calls && model !== null && (
              <HowToCall address={address} trialId={trialId} model={model} />
            )}
          </>
        )}
        {actions.includes('usage') && <TrialUsage trialId={trialId} />}
      </PageBody>
      {ends && <End trial={trial} open={ending} onClose={() => setEnding(false)} />}
    </>
  );
}

function Side({ trial }: Of) {
  const say = useWords(trialWords);
  const { usage, process, problem } = trial;
  const remoteRows = useRemoteRows(trial);
  return (
    <Section title={say('model')}>
      <Properties
        rows={[
          [say('process'), problem === null ? say(process) : `${say(process)}: ${problem}`],
          [say('version'), say('revisionNumber', { number: trial.revisionNumber })],
          [say('file'), <code key="file">{trial.path}</code>],
          ...(trial.task === null
            ? []
            : [[say('task'), <code key="task">{trial.task}</code>] as const]),
          [say('size'), formatBytes(trial.sizeBytes)],
          [
            say('batch'),
            joins(trial)
              ? say('batchRows', { count: trial.batchMax, delay: trial.delayMs })
              : say('oneByOne'),
          ],
          [say('usage'), say('callsCount', { count: usage.calls })],
          [say('callers'), String(usage.callers)],
          ...remoteRows,
          ...(usage.lastAt === null
            ? []
            : [[say('lastCall'), <When key="last" at={usage.lastAt} />] as const]),
          [say('owner'), <PartyName key="owner" id={trial.ownerId} />],
          [say('createdBy'), <PartyName key="by" id={trial.createdBy} />],
          [say('created'), <When key="created" at={trial.createdAt} />],
          [
            say('repository'),
            <To key="repository" href={`/hub/${trial.repositoryId}`}>
              {say('openRepository')}
            </To>,
          ],
        ]}
      />
    </Section>
  );
}

/** Whether calls may go to the model together: where every first dimension is variable. */
function joins({ runtime, batchMax, model }: TrialDetail): boolean {
  const ports = model === null ? [] : [...model.inputs, ...model.outputs];
  return runtime === 'onnx' && batchMax > 1 && ports.every(({ shape }) => shape[0] === -1);
}

function Ports({ trial: { model } }: Of) {
  const say = useWords(trialWords);
  if (model === null) {
    return (
      <Section title={say('ports')}>
        <p className="serving-quiet">{say('portsNone')}</p>
      </Section>
    );
  }
  const rows = [
    ...model.inputs.map((port) => ({ ...port, kind: 'input' as const })),
    ...model.outputs.map((port) => ({ ...port, kind: 'output' as const })),
  ];
  return (
    <Section title={say('ports')}>
      <PlainTable
        name={say('ports')}
        rows={rows}
        rowKey={({ kind, name }) => `${kind} ${name}`}
        columns={[
          { key: 'name', title: say('name'), cell: ({ name }) => <code>{name}</code> },
          { key: 'kind', title: say('kind'), cell: ({ kind }) => say(kind) },
          { key: 'datatype', title: say('datatype'), cell: ({ datatype }) => datatype },
          {
            key: 'shape',
            title: say('shape'),
            cell: ({ shape }) => <code>[{shape.join(', ')}]</code>,
          },
        ]}
      />
    </Section>
  );
}

function HowToCall({
  address,
  trialId,
  model,
}: {
  address: string;
  trialId: string;
  model: NonNullable<TrialDetail['model']>;
}) {
  const say = useWords(trialWords);
  const curl = curlSnippet(address, model);
  const isHalf = model.inputs.some(({ datatype }) => datatype === 'FP16');
  return (
    <Section title={say('howToCall')}>
      <p className="serving-quiet">{say('howToCallWhy')}</p>
      <div className="serving-stack">
        {curl !== null && <Command text={curl} />}
        <Command text={pythonSnippet(location.origin, trialId, model)} />
        {!isHalf && <Command text={scriptSnippet(address, model)} />}
      </div>
    </Section>
  );
}

function End({ trial, open, onClose }: Of & { open: boolean; onClose: () => void }) {
  const api = useApi();
  const say = useWords(trialWords);
  const queries = useQueryClient();
  const { trialId } = trial;
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('end')}
      verb={say('end')}
      done={say('endDone')}
      danger
      final
      reason={{ label: say('endReason'), help: say('endReasonHelp') }}
      send={async (reason) => {
        await api.serving.endTrial.call({ trialId, reason });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
      }}
    >
      <p>{say('endWhy')}</p>
    </Ask>
  );
}
