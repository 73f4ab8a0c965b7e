import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { useWords } from '#web/i18n.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import '#web/ui/plain-fields.css';
import { EmptyState, Loaded } from '#web/ui/states.tsx';
import { To } from '#web/ui/to.tsx';
import { useQueryParameter } from '#web/ui/use-parameter.ts';
import { type ApiModule, readOpenApi, searchModules } from './open-api.ts';
import { OperationEntry } from './operation.tsx';
import './reference.css';
import { moduleKey, words } from './words.ts';

const documentPath = '/api/v1/openapi.json';

/** Every operation of the platform, as its own description tells: by module, searchable. */
export function ReferencePage() {
  const say = useWords(words);
  const query = useQuery({
    queryKey: [documentPath],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const response = await fetch(documentPath, { signal });
      if (!response.ok) throw new TypeError(`fetch of ${documentPath}: ${response.status}`);
      const document: unknown = await response.json();
      return readOpenApi(document, location.origin);
    },
  });
  return (
    <>
      <PageHead
        name={say('title')}
        why={say('why')}
        main={
          <ButtonLink icon="download" href={documentPath} target="_blank">
            {say('document')}
          </ButtonLink>
        }
      />
      <Loaded query={query} lines={8}>
        {(modules) => <Operations modules={modules} />}
      </Loaded>
    </>
  );
}

function Operations({ modules }: { modules: readonly ApiModule[] }) {
  const say = useWords(words);
  const [text, setText] = useQueryParameter('q');
  const asked = useDeferredValue(text);
  const found = useMemo(() => searchModules(modules, asked), [modules, asked]);
  const count = found.reduce((sum, { operations }) => sum + operations.length, 0);
  return (
    <div className="reference">
      <ModuleNavigation modules={found} />
      <div className="reference-main">
        <p>
          <strong>{say('access')}</strong> {say('accessWhy')}{' '}
          <To href="/account">{say('account')}</To>
        </p>
        <input
          type="search"
          className="plain-control"
          aria-label={say('search')}
          placeholder={say('searchHelp')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <p role="status" className="reference-count">
          {say('count', { count })}
        </p>
        {count === 0 && (
          <EmptyState
            what={say('none')}
            why={say('noneWhy')}
            next={<Button onClick={() => setText('')}>{say('clear')}</Button>}
          />
        )}
        {found.map((module) => (
          <ModuleSection key={module.name} module={module} />
        ))}
      </div>
    </div>
  );
}

function useModuleName(): (name: string) => string {
  const say = useWords(words);
  return (name) => {
    const key = moduleKey(name);
    return key === null ? name : say(key);
  };
}

function ModuleNavigation({ modules }: { modules: readonly ApiModule[] }) {
  const say = useWords(words);
  const moduleName = useModuleName();
  return (
    <nav className="reference-modules" aria-label={say('modules')}>
      <ul>
        {modules.map(({ name, operations }) => (
          <li key={name}>
            <a href={`#${name}`}>
              {moduleName(name)} <span className="figures">{operations.length}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function ModuleSection({ module }: { module: ApiModule }) {
  const moduleName = useModuleName();
  return (
    <section className="reference-module" id={module.name} aria-labelledby={`${module.name}-name`}>
      <h2 id={`${module.name}-name`}>
        {moduleName(module.name)} <code>{module.name}</code>
      </h2>
      {module.operations.map((operation) => (
        <OperationEntry key={operation.id} operation={operation} />
      ))}
    </section>
  );
}
