import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { DataList } from '#web/ui/data-list.tsx';
import { given, oneOf } from '#web/ui/list-address.ts';
import { PageHead } from '#web/ui/page-head.tsx';
import { StateTag } from '#web/ui/state-tag.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { trustWords } from '#web/ui/trust-words.ts';
import { When } from '#web/ui/when.tsx';
import './assurance.css';
import { AssuranceTabs } from './assurance-tabs.tsx';
import { certificateMark } from './certificate-view.ts';
import { certificateWords } from './certificate-words.ts';
import { scoreText } from './evaluation-score.ts';

type Certificate = Outputs['assurance']['listCertificates']['items'][number];

const states = ['valid', 'expired', 'revoked'] as const;

/** All certificates; they are public. */
export function CertificatesPage() {
  const api = useApi();
  const say = useWords(certificateWords);
  const level = useWords(trustWords);
  const pick = usePick();
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('why')}
        main={
          <ButtonLink kind="main" icon="verify" href="/verify">
            {say('verifyHere')}
          </ButtonLink>
        }
      />
      <AssuranceTabs />
      <DataList<Certificate>
        name={say('title')}
        count={(count) => say('count', { count })}
        queryKey={api.assurance.listCertificates.key()}
        rowKey={({ certificateId }) => certificateId}
        rowHref={({ certificateId }) => `/certificates/${certificateId}`}
        filters={[
          {
            key: 'state',
            label: say('state'),
            single: true,
            options: states.map((value) => ({ value, label: say(value) })),
          },
        ]}
        load={({ search, filters, cursor, limit }) => {
          const state = oneOf(states, filters.state);
          return api.assurance.listCertificates.call({
            ...given({ limit, q: search, cursor, state }),
          });
        }}
        empty={
          <EmptyState
            what={say('none')}
            why={say('noneWhy')}
            next={<ButtonLink href="/scenarios">{say('noneNext')}</ButtonLink>}
          />
        }
        columns={[
          { key: 'name', title: say('name'), text: ({ title }) => pick(title) },
          {
            key: 'state',
            title: say('state'),
            text: ({ state }) => say(state),
            render: ({ state }) => <StateTag state={certificateMark[state]} label={say(state)} />,
          },
          {
            key: 'holder',
            title: say('holder'),
            text: ({ holderName }) => holderName,
            render: ({ holderId, holderName }) => (
              <To href={`/parties/${holderId}`}>{holderName}</To>
            ),
          },
          {
            key: 'score',
            title: say('score'),
            text: ({ score }) => scoreText(score),
            figures: true,
          },
          { key: 'level', title: say('level'), text: (row) => level(row.level) },
          {
            key: 'issued',
            title: say('issued'),
            text: ({ issuedAt }) => issuedAt,
            render: ({ issuedAt }) => <When at={issuedAt} />,
            extra: true,
          },
          {
            key: 'validUntil',
            title: say('validUntil'),
            text: ({ validUntil }) => validUntil,
            render: ({ validUntil }) => <When at={validUntil} />,
          },
        ]}
      />
    </>
  );
}
