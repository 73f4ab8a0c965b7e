import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { useWords } from '#web/i18n.ts';
import { Ask } from '#web/ui/ask.tsx';
import { PlainChoice, PlainText } from '#web/ui/plain-fields.tsx';
import { wholeOf } from './endpoint-live.tsx';
import { type EndpointDetail, type Traffic, trafficText } from './endpoint-view.tsx';
import { endpointWords } from './endpoint-words.ts';
import { useTrials } from './use-trials.ts';

type Props = { endpoint: EndpointDetail; open: boolean; onClose: () => void };
type Share = { trialId: string; percent: string };

const shareOf = (share: Traffic['canary']): Share => {
  return { trialId: share?.trialId ?? '', percent: String(share?.percent ?? 10) };
};

/** Where calls are to go from now on, with what is set before it is sent. */
export function SetTraffic({ endpoint, open, onClose }: Props) {
  const api = useApi();
  const say = useWords(endpointWords);
  const queries = useQueryClient();
  const { endpointId, repositoryId, version } = endpoint;
  const trials = useTrials(repositoryId);
  const [primary, setPrimary] = useState(endpoint.traffic.primary);
  const [canary, setCanary] = useState(shareOf(endpoint.traffic.canary));
  const [shadow, setShadow] = useState(shareOf(endpoint.traffic.shadow));
  const percents = [canary, shadow].filter(({ trialId }) => trialId !== '');
  const isReady = percents.every(({ percent }) => percentOf(percent) !== null);
  const given = ({ trialId, percent }: Share) =>
    trialId === '' ? null : { trialId, percent: percentOf(percent) ?? 1 };
  const traffic: Traffic = { primary, canary: given(canary), shadow: given(shadow) };
  const options = trials.open.map(({ trialId }) => {
    return { value: trialId, label: trials.named(trialId) };
  });
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('set')}
      verb={say('set')}
      done={say('setDone')}
      ready={isReady}
      reason={{ label: say('reason'), help: say('reasonHelp') }}
      send={async (reason) => {
        await api.serving.setTraffic.call({ endpointId, version, traffic, reason });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
      }}
    >
      <p>{say('setWhy')}</p>
      <PlainChoice
        name="primary"
        label={say('primary')}
        value={primary}
        onChange={setPrimary}
        options={options}
      />
      <ShareFields
        name="canary"
        share={canary}
        onChange={setCanary}
        options={options.filter(({ value }) => value !== primary && value !== shadow.trialId)}
      />
      <ShareFields
        name="shadow"
        share={shadow}
        onChange={setShadow}
        options={options.filter(({ value }) => value !== primary && value !== canary.trialId)}
      />
      <p className="endpoint-note">{trafficText(traffic, trials.named, say)}</p>
    </Ask>
  );
}

function percentOf(text: string): number | null {
  const value = wholeOf(text);
  return value !== null && value >= 1 && value <= 100 ? value : null;
}

function ShareFields({
  name,
  share,
  onChange,
  options,
}: {
  name: 'canary' | 'shadow';
  share: Share;
  onChange: (share: Share) => void;
  options: readonly { value: string; label: string }[];
}) {
  const say = useWords(endpointWords);
  return (
    <>
      <PlainChoice
        name={name}
        label={say(name)}
        value={share.trialId}
        onChange={(trialId) => onChange({ ...share, trialId })}
        options={[{ value: '', label: say('nobody') }, ...options]}
      />
      {share.trialId !== '' && (
        <PlainText
          name={`${name}-percent`}
          label={`${say(name)} · ${say('percent')}`}
          inputMode="numeric"
          required
          value={share.percent}
          onChange={(percent) => onChange({ ...share, percent })}
          problem={
            percentOf(share.percent) === null ? say('wholeNumber', { min: 1, max: 100 }) : undefined
          }
        />
      )}
    </>
  );
}

/** One step back, with a reason. */
export function RollBack({ endpoint, open, onClose }: Props) {
  const api = useApi();
  const say = useWords(endpointWords);
  const queries = useQueryClient();
  const { endpointId, repositoryId, version, rollbackTo } = endpoint;
  const { named } = useTrials(repositoryId);
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('rollback')}
      verb={say('rollback')}
      done={say('rollbackDone')}
      danger
      reason={{ label: say('reason'), help: say('reasonHelp') }}
      send={async (reason) => {
        await api.serving.rollBackTraffic.call({ endpointId, version, reason });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
      }}
    >
      <p>{say('rollbackWhy')}</p>
      {rollbackTo !== null && <p>{trafficText(rollbackTo, named, say)}</p>}
      <p className="endpoint-note">{say('setWhy')}</p>
    </Ask>
  );
}

/** Ends an endpoint for good. */
export function EndEndpoint({ endpoint: { endpointId }, open, onClose }: Props) {
  const api = useApi();
  const say = useWords(endpointWords);
  const queries = useQueryClient();
  return (
    <Ask
      open={open}
      onClose={onClose}
      title={say('end')}
      verb={say('end')}
      done={say('endDone')}
      danger
      final
      reason={{ label: say('reason'), help: say('reasonHelp') }}
      send={async (reason) => {
        await api.serving.endEndpoint.call({ endpointId, reason });
        await queries.invalidateQueries({ queryKey: api.serving.key() });
      }}
    >
      <p>{say('endWhy')}</p>
    </Ask>
  );
}
