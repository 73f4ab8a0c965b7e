import { formatNumber } from '#web/format.ts';
import { useLanguage, useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { Digest } from '#web/ui/copy-text.tsx';
import { Icon } from '#web/ui/icon.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { type State, StateMark } from '#web/ui/state-tag.tsx';
import { type Check, type CheckOutcome, checksOf } from './checks.ts';
import type { Outcome, Verifier } from './run-verifier.ts';
import { words } from './words.ts';

type Report = Extract<Outcome, { state: 'report' }>['report'];

type ReportViewProps = {
  name: string;
  outcome: Outcome;
  verifier: Verifier;
  onTamper?: () => void;
};

/** What checking a file showed: the verdict, each check in words, each claim with its level. */
export function ReportView({ name, outcome, verifier, onTamper }: ReportViewProps) {
  const say = useWords(words);
  const language = useLanguage();
  if (outcome.state === 'noCrypto') return <Verdict ok={false} title={say('noCrypto')} />;
  if (outcome.state === 'refused') {
    const why = verifier.failureSentence(outcome.refused.failure, language);
    return <Verdict ok={false} title={say('badKeys')} why={why} />;
  }
  const { report } = outcome;
  const kind = report.kind === undefined ? '' : verifier.words[language].kinds[report.kind];
  return (
    <>
      <Verdict
        ok={report.ok}
        title={say(report.ok ? 'good' : 'bad')}
        why={report.ok ? say('goodWhy') : say('badWhy', { count: report.failures.length })}
        about={kind === '' ? name : say('ofFile', { kind, name })}
        {...(onTamper === undefined ? {} : { onTamper })}
      />
      <Checks report={report} verifier={verifier} />
      {report.claims.length > 0 && <Claims report={report} verifier={verifier} />}
      {report.unproven.length > 0 && (
        <Section title={say('unproven')}>
          <p className="verify-quiet">{say('unprovenWhy')}</p>
          <ul>
            {report.unproven.map(({ path, value }) => (
              <li key={path}>
                <code>
                  {path} = {verifier.show(value)}
                </code>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Verdict({
  ok,
  title,
  why,
  about,
  onTamper,
}: {
  ok: boolean;
  title: string;
  why?: string;
  about?: string;
  onTamper?: () => void;
}) {
  const say = useWords(words);
  return (
    <section className="verdict" data-ok={ok}>
      <h2>
        <Icon name={ok ? 'check' : 'alert'} />
        {title}
      </h2>
      {why !== undefined && <p>{why}</p>}
      {about !== undefined && <p className="verify-quiet">{about}</p>}
      {onTamper !== undefined && ok && (
        <Button icon="pencil" onClick={onTamper}>
          {say('tamperStart')}
        </Button>
      )}
    </section>
  );
}

const marks: Record<CheckOutcome, State> = {
  passed: 'done',
  broken: 'failed',
  notReached: 'waiting',
  notNeeded: 'draft',
};

function Checks({ report, verifier }: { report: Report; verifier: Verifier }) {
  const say = useWords(words);
  const language = useLanguage();
  const { checkpoint } = report;
  return (
    <Section title={say('checks')}>
      <ol className="verify-checks">
        {checksOf(report).map((check) => (
          <CheckLine key={check.name} check={check} verifier={verifier} />
        ))}
      </ol>
      {checkpoint !== undefined && (
        <p className="verify-quiet">
          {say('log', { origin: checkpoint.origin, size: formatNumber(checkpoint.size) })}
          {language === 'zh' ? '；' : '; '}
          {checkpoint.cosignatures.length === 0
            ? say('noWitness')
            : checkpoint.cosignatures
                .map(({ name, time }) => say('cosigned', { name, at: verifier.showTime(time) }))
                .join(language === 'zh' ? '；' : '; ')}
          {language === 'zh' ? '。' : '.'}
        </p>
      )}
    </Section>
  );
}

const failuresShown = 6;

function CheckLine({ check, verifier }: { check: Check; verifier: Verifier }) {
  const say = useWords(words);
  const language = useLanguage();
  const { name, outcome, failures } = check;
  return (
    <li data-outcome={outcome}>
      <StateMark state={marks[outcome]} />
      <div>
        <strong>{say(`check.${name}`)}</strong> <span>{say(outcome)}</span>
        {outcome !== 'broken' && <p className="verify-quiet">{say(`check.${name}.why`)}</p>}
        {failures.slice(0, failuresShown).map((failure) => (
          <p key={JSON.stringify(failure)} className="verify-failure">
            {verifier.failureSentence(failure, language)} <code>{failure.code}</code>
          </p>
        ))}
        {failures.length > failuresShown && (
          <p className="verify-quiet">+ {failures.length - failuresShown}</p>
        )}
      </div>
    </li>
  );
}

function Claims({ report, verifier }: { report: Report; verifier: Verifier }) {
  const say = useWords(words);
  const language = useLanguage();
  const { levels, levelMeanings } = verifier.words[language];
  return (
    <Section title={say('claims')}>
      <PlainTable
        name={say('claims')}
        rows={report.claims}
        rowKey={({ path }) => path}
        columns={[
          { key: 'place', title: say('place'), cell: ({ path }) => <code>{path}</code> },
          {
            key: 'level',
            title: say('level'),
            cell: ({ level, attestedBy }) => (
              <span className="verify-level" title={levelMeanings[level]}>
                <StateMark state={level === 'failed' ? 'failed' : 'done'} />
                {levels[level]}
                {attestedBy !== undefined && (
                  <small>{say('attestedBy', { actor: attestedBy })}</small>
                )}
              </span>
            ),
          },
          {
            key: 'value',
            title: say('value'),
            cell: ({ value }) => (value === undefined ? '' : <Value text={verifier.show(value)} />),
          },
          { key: 'basis', title: say('basis'), cell: ({ fact }) => <Digest value={fact} /> },
        ]}
      />
      <dl className="verify-levels">
        {(['included', 'recomputed', 'attested'] as const)
          .filter((level) => report.claims.some((claim) => claim.level === level))
          .map((level) => (
            <div key={level}>
              <dt>{levels[level]}</dt>
              <dd>{levelMeanings[level]}</dd>
            </div>
          ))}
      </dl>
    </Section>
  );
}

/** A digest folds; anything else stands as it is. */
function Value({ text }: { text: string }) {
  const plain = text.replace(/^"(.*)"$/, '$1');
  return plain.startsWith('sha256:') ? (
    <Digest value={plain} />
  ) : (
    <span className="verify-value">{plain}</span>
  );
}
