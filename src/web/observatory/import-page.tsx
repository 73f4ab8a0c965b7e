import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { formatNumber } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import type { Account } from '#web/session/session-of.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { PlainChoice } from '#web/ui/plain-fields.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { ErrorState, FormProblem, Loading } from '#web/ui/states.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { entryWords } from './entry-words.ts';
import { ImportDrop } from './import-drop.tsx';
import './observatory.css';
import { ObservatoryTabs } from './observatory-tabs.tsx';
import { OwnOrganisations } from './own-organisations.tsx';
import { words } from './words.ts';

type Preview = Outputs['observatory']['getImport'];

/** Imports values from a file: read, shown row by row, then confirmed as a whole. */
export function ImportPage() {
  const say = useWords(entryWords);
  const room = useWords(words);
  const head = (
    <>
      <PageHead
        name={say('importTitle')}
        parent={{ name: room('title'), href: '/observatory' }}
        why={say('importWhy')}
      />
      <ObservatoryTabs />
    </>
  );
  return (
    <OwnOrganisations head={head}>
      {(organisations) => (
        <>
          {head}
          <Import organisations={organisations} />
        </>
      )}
    </OwnOrganisations>
  );
}

function Import({ organisations }: { organisations: Account['organisations'] }) {
  const api = useApi();
  const say = useWords(entryWords);
  const [organisationId, setOrganisation] = useState(organisations[0]?.id ?? '');
  // In the address, so that a reload shows the same preview.
  const [importId, setImport] = useQueryParameter('import');
  const preview = useMutation(api.observatory.previewImport.mutationOptions());
  const query = useQuery(
    api.observatory.getImport.queryOptions({ input: { importId }, enabled: importId !== '' }),
  );
  return (
    <>
      {organisations.length > 1 && (
        <PlainChoice
          name="organisation"
          label={say('organisation')}
          value={organisationId}
          onChange={setOrganisation}
          options={organisations.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <ImportDrop
        busy={preview.isPending}
        again={importId !== ''}
        onFile={async ({ name, content }) => {
          const made = await preview
            .mutateAsync({ organisationId, fileName: name, content })
            .catch(() => null);
          setImport(made?.importId ?? '');
        }}
      />
      {preview.isError && <FormProblem problem={toProblem(preview.error)} />}
      {importId !== '' && query.isPending && <Loading />}
      {query.isError && <ErrorState problem={toProblem(query.error)} />}
      {importId !== '' && query.data !== undefined && <Shown preview={query.data} />}
    </>
  );
}

function Shown({ preview }: { preview: Preview }) {
  const api = useApi();
  const say = useWords(entryWords);
  const queries = useQueryClient();
  const confirm = useMutation(api.observatory.confirmImport.mutationOptions());
  const { importId, rows, errors, confirmedAt, fileName, encoding } = preview;
  return (
    <Section title={`${say('preview')} · ${fileName}`}>
      <p role="status">
        {say('rows', { count: rows.length })} · {say('encoding', { encoding })} ·{' '}
        <strong className={errors > 0 ? 'import-problem' : undefined}>
          {errors > 0 ? say('wrongRows', { count: errors }) : say('allFine')}
        </strong>
      </p>
      <Rows preview={preview} />
      {confirm.isError && <FormProblem problem={toProblem(confirm.error)} />}
      <div className="import-foot">
        {confirmedAt !== null && (
          <>
            <strong>{say('confirmed')}</strong>
            <ButtonLink kind="main" href="/observatory/values?state=draft">
              {say('toValues')}
            </ButtonLink>
          </>
        )}
        {confirmedAt === null && errors > 0 && <span>{say('correctFirst')}</span>}
        {confirmedAt === null && errors === 0 && (
          <Button
            kind="main"
            busy={confirm.isPending}
            onClick={() =>
              confirm.mutate(
                { importId },
                {
                  onSuccess: () =>
                    void queries.invalidateQueries({ queryKey: api.observatory.key() }),
                },
              )
            }
          >
            {say('confirm')}
          </Button>
        )}
      </div>
    </Section>
  );
}

function Rows({ preview }: { preview: Preview }) {
  const api = useApi();
  const say = useWords(entryWords);
  const pick = usePick();
  const { data } = useQuery(
    api.observatory.listIndicators.queryOptions({ input: { source: 'entered', limit: 100 } }),
  );
  const titleOf = (indicatorId: string | null) => {
    const found = data?.items.find((each) => each.indicatorId === indicatorId);
    return found === undefined ? '' : pick(found.title);
  };
  const columnOf = (column: string) =>
    column === 'indicator' ||
    column === 'period' ||
    column === 'value' ||
    column === 'source' ||
    column === 'sourceUrl' ||
    column === 'note'
      ? say(column)
      : column;
  return (
    <PlainTable
      name={say('preview')}
      rows={preview.rows}
      rowKey={({ row }) => String(row)}
      columns={[
        { key: 'row', title: say('row'), cell: ({ row }) => row },
        {
          key: 'indicator',
          title: say('indicator'),
          cell: ({ indicatorId }) => titleOf(indicatorId),
        },
        { key: 'period', title: say('period'), cell: ({ period }) => period },
        {
          key: 'value',
          title: say('value'),
          figures: true,
          cell: ({ value }) => (value === null ? '' : formatNumber(value, 6)),
        },
        { key: 'source', title: say('source'), cell: ({ source }) => source },
        {
          key: 'problem',
          title: say('problem'),
          cell: ({ errors }) => (
            <ul className="import-problems">
              {errors.map(({ column, code, found }) => (
                <li key={`${column} ${code}`}>
                  {found === ''
                    ? say('foundEmpty', { column: columnOf(column), problem: say(code) })
                    : say('found', { column: columnOf(column), problem: say(code), cell: found })}
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}
