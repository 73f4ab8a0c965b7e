import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useLanguage, useWords } from '#web/i18n.ts';
import { Command } from '#web/ui/copy-text.tsx';
import { moduleProblems } from '#web/ui/module-problems.ts';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { problemWords } from '#web/ui/problem-words.ts';
import { words as uiWords } from '#web/ui/words.ts';
import type { ApiField, ApiOperation, ApiProblem } from './open-api.ts';
import { words } from './words.ts';

/** One operation, closed until asked for; `#module.operation` in the address opens it. */
export function OperationEntry({ operation }: { operation: ApiOperation }) {
  const { id, method, path, summary } = operation;
  const addressed = useRouterState({ select: ({ location }) => location.hash === id });
  const entry = useRef<HTMLDetailsElement>(null);
  const [open, setOpen] = useState(addressed);
  useEffect(() => {
    if (!addressed) return;
    setOpen(true);
    entry.current?.scrollIntoView();
  }, [addressed]);
  return (
    <details
      ref={entry}
      id={id}
      className="reference-operation"
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <span className="reference-method" data-method={method}>
          {method}
        </span>
        <code>{path}</code>
        <span className="reference-summary" lang="en">
          {summary}
        </span>
      </summary>
      {open && <OperationBody operation={operation} />}
    </details>
  );
}

function OperationBody({ operation }: { operation: ApiOperation }) {
  const say = useWords(words);
  const { id, inputs, outputs, problems, curl, command } = operation;
  return (
    <div className="reference-body">
      <p>
        <a href={`#${id}`}>
          <code>{id}</code>
        </a>
      </p>
      <h3>{say('commandLine')}</h3>
      <Command text={command} />
      <h3>{say('http')}</h3>
      <Command text={curl} />
      <h3>{say('inputs')}</h3>
      {inputs.length === 0 ? (
        <p>{say('noInputs')}</p>
      ) : (
        <Fields name={say('inputs')} fields={inputs} asksFor />
      )}
      <h3>{say('outputs')}</h3>
      {outputs.length === 0 ? (
        <p>{say('noOutputs')}</p>
      ) : (
        <Fields name={say('outputs')} fields={outputs} />
      )}
      <h3>{say('problems')}</h3>
      <Problems problems={problems} />
    </div>
  );
}

type FieldsProps = { name: string; fields: readonly ApiField[]; asksFor?: boolean };

/** `asksFor`: says which of them are required. */
function Fields({ name, fields, asksFor = false }: FieldsProps) {
  const say = useWords(words);
  const sayUi = useWords(uiWords);
  const meaning = {
    key: 'meaning',
    title: say('meaning'),
    cell: ({ description }: ApiField) => <span lang="en">{description}</span>,
  };
  return (
    <PlainTable
      name={name}
      rows={fields}
      rowKey={(field) => field.name}
      columns={[
        {
          key: 'field',
          title: say('field'),
          cell: (field) => (
            <>
              <code>{field.name}</code>
              {asksFor && field.required && (
                <small className="reference-required">{sayUi('required')}</small>
              )}
            </>
          ),
        },
        { key: 'type', title: say('type'), cell: ({ type }) => <code>{type}</code> },
        ...(fields.some(({ description }) => description !== '') ? [meaning] : []),
      ]}
    />
  );
}

function Problems({ problems }: { problems: readonly ApiProblem[] }) {
  const say = useWords(words);
  const language = useLanguage();
  const sentence = ({ code, message }: ApiProblem) =>
    language === 'zh' ? (problemWords[code]?.[0] ?? moduleProblems[code] ?? message) : message;
  return (
    <PlainTable
      name={say('problems')}
      rows={problems}
      rowKey={({ code }) => code}
      columns={[
        { key: 'code', title: say('code'), cell: ({ code }) => <code>{code}</code> },
        { key: 'status', title: say('status'), figures: true, cell: ({ status }) => status },
        { key: 'meaning', title: say('meaning'), cell: sentence },
      ]}
    />
  );
}
