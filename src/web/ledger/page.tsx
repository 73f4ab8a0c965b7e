import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Command, CopyText } from '#web/ui/copy-text.tsx';
import { NumberTile } from '#web/ui/number-tile.tsx';
import { PageBody, Properties, Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { type State, StateTag } from '#web/ui/state-tag.tsx';
import { Loaded } from '#web/ui/states.tsx';
import { When } from '#web/ui/when.tsx';
import { HowToCheck } from './how-to-check.tsx';
import './ledger.css';
import { words } from './words.ts';

type Ledger = Outputs['kernel']['getLedger'];

const rereadMs = 5_000;

/** The state of the log, its keys, and how a stranger checks it. */
export function LedgerPage() {
  const api = useApi();
  const say = useWords(words);
  const query = useQuery(
    api.kernel.getLedger.queryOptions({ input: {}, refetchInterval: rereadMs }),
  );
  const standing = query.data === undefined ? undefined : standingOf(query.data);
  return (
    <>
      <PageHead
        name={say('title')}
        why={query.data?.fault ? say('faultWhy', { problem: query.data.fault }) : say('why')}
        {...(standing === undefined
          ? {}
          : { state: <StateTag state={standing.state} label={say(standing.word)} /> })}
        main={
          <ButtonLink kind="main" icon="verify" href="/verify">
            {say('checkFileDo')}
          </ButtonLink>
        }
        more={(close) => (
          <>
            <a className="menu-item" href="/ledger/checkpoint" onClick={close}>
              {say('rawLog')}
            </a>
            <a className="menu-item" href="/facts" onClick={close}>
              {say('factsOfThing')}
            </a>
          </>
        )}
      />
      <Loaded query={query} lines={8}>
        {(ledger) => <LedgerBody ledger={ledger} at={new Date(query.dataUpdatedAt)} />}
      </Loaded>
    </>
  );
}

function standingOf(ledger: Ledger): { state: State; word: 'healthy' | 'behind' | 'faulty' } {
  if (ledger.fault !== null) return { state: 'failed', word: 'faulty' };
  if (ledger.cosignedSize < ledger.size) return { state: 'waiting', word: 'behind' };
  return { state: 'done', word: 'healthy' };
}

function LedgerBody({ ledger, at }: { ledger: Ledger; at: Date }) {
  const say = useWords(words);
  const longest = Math.max(0, ...ledger.subscribers.map(({ lag }) => lag));
  const tile = { at: at.toISOString(), unit: say('sizeUnit') };
  return (
    <PageBody side={<LedgerSide ledger={ledger} />}>
      <div className="ledger-numbers">
        <NumberTile {...tile} label={say('sizeNumber')} value={ledger.size} href="/facts" />
        <NumberTile
          {...tile}
          label={say('cosignedNumber')}
          value={ledger.cosignedSize}
          href="#checkpoint"
        />
        <NumberTile
          {...tile}
          label={say('waitingNumber')}
          value={ledger.size - ledger.cosignedSize}
          href="#checkpoint"
        />
        <NumberTile {...tile} label={say('lagNumber')} value={longest} href="#subscribers" />
      </div>
      <Keys ledger={ledger} />
      <div id="checkpoint">
        <Section title={say('checkpoint')} action={<CopyText text={ledger.checkpoint} />}>
          <p className="ledger-why">{say('checkpointWhy')}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
          <pre className="ledger-note" tabIndex={0}>
            {ledger.checkpoint}
          </pre>
        </Section>
      </div>
      <HowToCheck ledger={ledger} />
      <div id="subscribers">
        <Subscribers ledger={ledger} />
      </div>
    </PageBody>
  );
}

function Keys({ ledger }: { ledger: Ledger }) {
  const say = useWords(words);
  const all = [ledger.logKey, ...ledger.witnesses.map(({ key }) => key)].join('\n');
  return (
    <Section title={say('keys')} action={<CopyText text={all} label={say('copyKeys')} />}>
      <p className="ledger-why">{say('keysWhy')}</p>
      <h3 className="ledger-key">{say('logKey', { name: ledger.origin })}</h3>
      <Command text={ledger.logKey} />
      {ledger.witnesses.map(({ key, name }) => (
        <div key={key}>
          <h3 className="ledger-key">{say('witnessKey', { name })}</h3>
          <Command text={key} />
        </div>
      ))}
    </Section>
  );
}

function LedgerSide({ ledger }: { ledger: Ledger }) {
  const api = useApi();
  const say = useWords(words);
  const { data: platform } = useQuery(api.kernel.getPlatform.queryOptions({ input: {} }));
  return (
    <>
      <Section title={say('witnesses')}>
        {ledger.witnesses.length === 0 ? (
          <p className="ledger-why">{say('noWitnessWhy')}</p>
        ) : (
          <Properties
            rows={ledger.witnesses.map(({ name, problem }) => [
              name,
              <StateTag
                key={name}
                state={problem === null ? 'done' : 'failed'}
                label={problem ?? say('witnessOk')}
              />,
            ])}
          />
        )}
      </Section>
      {platform !== undefined && (
        <Section title={say('platform')}>
          <Properties
            rows={[
              [say('version'), platform.version],
              [say('engine'), say(platform.engine)],
              [say('durability'), say(platform.durability)],
              [say('started'), <When key="started" at={platform.startedAt} />],
            ]}
          />
        </Section>
      )}
    </>
  );
}

function Subscribers({ ledger }: { ledger: Ledger }) {
  const say = useWords(words);
  return (
    <Section title={say('subscribers')}>
      <p className="ledger-why">{say('subscribersWhy')}</p>
      <PlainTable
        name={say('subscribers')}
        rows={ledger.subscribers}
        rowKey={({ name }) => name}
        columns={[
          { key: 'name', title: say('subscriber'), cell: ({ name }) => <code>{name}</code> },
          { key: 'lag', title: say('lag'), figures: true, cell: ({ lag }) => lag },
          { key: 'problem', title: say('problem'), cell: ({ error }) => error ?? say('none') },
        ]}
      />
    </Section>
  );
}
