import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '#web/api.ts';
import { formatNumber } from '#web/format.ts';
import { StopControl } from '#web/governance/stop-control.tsx';
import { type Say, usePick, useWords } from '#web/i18n.ts';
import { FactsOf } from '#web/ledger/facts-of.tsx';
import { useLive } from '#web/live.ts';
import { PartyName } from '#web/parties/party-name.tsx';
import { useSession } from '#web/session/use-session.ts';
import { Ask } from '#web/ui/ask.tsx';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { To } from '#web/ui/to.tsx';
import { useParameter } from '#web/ui/use-parameter.ts';
import { When } from '#web/ui/when.tsx';
import './city.css';
import { DryRun } from './dry-run.tsx';
import { ruleWords } from './rule-words.ts';
import { SeverityTag } from './severity-tag.tsx';
import { conditionText, parametersText, type Rule, ruleMarks, ruleState } from './views.ts';

/** One rule: what it looks for, how far it has come, its stop, and a dry run. */
export function RulePage() {
  const api = useApi();
  const ruleId = useParameter('ruleId');
  const query = useQuery(api.city.getRule.queryOptions({ input: { ruleId } }));
  const topic = query.data === undefined ? undefined : `city.rule/${ruleId}`;
  useLive(topic, api.city.getRule.key());
  return <LoadedPage query={query}>{(found) => <Found rule={found} />}</LoadedPage>;
}

function whyOf(rule: Rule, say: Say<typeof ruleWords.pairs>): string {
  const state = ruleState(rule);
  if (state === 'active') return say('activeWhy', { count: rule.health.lag });
  if (state === 'standing') return say('standingWhy', { problem: rule.health.error ?? '' });
  return say(state === 'paused' ? 'pausedWhy' : 'stoppedWhy');
}

function Found({ rule }: { rule: Rule }) {
  const say = useWords(ruleWords);
  const pick = usePick();
  const { account } = useSession();
  const own = account?.organisations.some(({ id }) => id === rule.ownerId) ?? false;
  const state = ruleState(rule);
  return (
    <>
      <PageHead
        name={pick(rule.title)}
        parent={{ name: say('rules'), href: '/city/rules' }}
        state={<StateTag state={ruleMarks[state]} label={say(state)} />}
        why={whyOf(rule, say)}
        main={
          <StopControl
            target={{ type: 'city.rule', id: rule.ruleId }}
            name={pick(rule.title)}
            stopped={rule.stopped}
          />
        }
      />
      {own && <OwnActions rule={rule} />}
      <PageBody side={<FactsOf subjectType="city.rule" subject={rule.ruleId} />}>
        <About rule={rule} />
        <Health rule={rule} />
        {own && <DryRun ownerId={rule.ownerId} document={documentOf(rule)} />}
      </PageBody>
    </>
  );
}

function documentOf(rule: Rule) {
  const { title, thingIds, condition, forReadings, severity, cooldownSeconds, command } = rule;
  return { title, thingIds, condition, forReadings, severity, cooldownSeconds, command };
}

function OwnActions({ rule: { ruleId, state } }: { rule: Rule }) {
  const api = useApi();
  const say = useWords(ruleWords);
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const next = state === 'active' ? 'paused' : 'active';
  const verb = say(state === 'active' ? 'pause' : 'resume');
  return (
    <div className="incident-actions">
      <ButtonLink icon="pencil" href={`/city/rules/${ruleId}/edit`}>
        {say('edit')}
      </ButtonLink>
      <Button onClick={() => setAsking(true)}>{verb}</Button>
      <Ask
        open={asking}
        onClose={() => setAsking(false)}
        title={verb}
        verb={verb}
        done={say('changed')}
        send={async () => {
          await api.city.setRuleState.call({ ruleId, state: next });
          await queries.invalidateQueries({ queryKey: api.city.key() });
          await queries.invalidateQueries({ queryKey: api.kernel.listFacts.key() });
        }}
      >
        <p>{say(state === 'active' ? 'pauseWhy' : 'pausedWhy')}</p>
      </Ask>
    </div>
  );
}

function About({ rule }: { rule: Rule }) {
  const say = useWords(ruleWords);
  const { condition, command, thingIds } = rule;
  const rows: [string, ReactNode][] = [
    [say('kind'), say(condition.kind)],
    [
      say('condition'),
      condition.kind === 'deployment' ? (
        <To key="condition" href={`/serving/deployments/${condition.deploymentId}`}>
          {condition.deploymentId}
        </To>
      ) : (
        <code key="condition">{conditionText(rule)}</code>
      ),
    ],
  ];
  if (condition.kind === 'deployment') {
    rows.push([
      say('columns'),
      <ul key="columns" className="rule-columns">
        {condition.columns.map(({ column, from, name }) => (
          <li key={column}>
            <code>{column}</code> = {say(`from_${from}`)} {name}
          </li>
        ))}
      </ul>,
    ]);
  }
  rows.push(
    [say('forReadings'), rule.forReadings],
    [say('severity'), <SeverityTag key="severity" severity={rule.severity} />],
    [say('cooldown'), say('seconds', { count: rule.cooldownSeconds })],
    [
      say('things'),
      thingIds.length === 0 ? say('allThings') : say('thingCount', { count: thingIds.length }),
    ],
    [say('command'), command ? `${command.name} ${parametersText(command.parameters)}` : '–'],
    [say('owner'), <PartyName key="owner" id={rule.ownerId} />],
    [say('version'), rule.version],
    [say('updatedAt'), <When key="updated" at={rule.updatedAt} />],
  );
  return (
    <Section title={say('about')}>
      <Properties rows={rows} />
    </Section>
  );
}

function Health({ rule: { health } }: { rule: Rule }) {
  const say = useWords(ruleWords);
  return (
    <Section title={say('health')}>
      <Properties
        rows={[
          [say('incidents'), formatNumber(health.incidents)],
          ...figures.map((name) => [say(name), formatNumber(health[name])] as const),
          [
            say('observedAt'),
            health.lastObservedAt === null ? '–' : <When key="at" at={health.lastObservedAt} />,
          ],
        ]}
      />
    </Section>
  );
}

const figures = [
  'observations',
  'rows',
  'matched',
  'incomplete',
  'late',
  'suppressed',
  'lag',
] as const;
