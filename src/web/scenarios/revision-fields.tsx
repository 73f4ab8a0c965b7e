import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { formatInstant } from '#web/format.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { ChoiceField } from '#web/ui/fields.tsx';
import type { Binding } from '#web/ui/use-draft.ts';
import { formWords } from './form-words.ts';

type Kind = 'algorithm' | 'dataset' | 'program';

const listed = 100;

/** The repositories of a kind that the reader may see, the owner's own ones first. */
export function useRepositories(kind: Kind, ownerId: string, only = false) {
  const api = useApi();
  const pick = usePick();
  const { data } = useQuery(
    api.hub.listRepositories.queryOptions({
      input: { kind, limit: listed, ...(only ? { ownerId } : {}) },
    }),
  );
  const items = (data?.items ?? []).filter(({ headDigest }) => headDigest !== null);
  const own = items.filter((item) => item.ownerId === ownerId);
  const others = items.filter((item) => item.ownerId !== ownerId);
  const choices = [...own, ...others].map(({ id, title, name }) => ({
    value: id,
    label: `${pick(title)} (${name})`,
  }));
  return { ready: data !== undefined, items, choices };
}

type RevisionFieldsProps = {
  kind: Kind;
  ownerId: string;
  /** Only the owner's own repositories. */
  own?: boolean;
  required?: boolean;
  label: string;
  help: string;
  repository: Binding<string>;
  revision: Binding<string>;
  /** Empties what depended on the former repository. */
  onOther?: () => void;
};

/** A repository, and which revision of it; the latest one unless another is chosen. */
export function RevisionFields(props: RevisionFieldsProps) {
  const { kind, ownerId, own = false, required = false, label, help } = props;
  const { repository, revision, onOther } = props;
  const api = useApi();
  const say = useWords(formWords);
  const { ready, items, choices } = useRepositories(kind, ownerId, own);
  const repositoryId = repository.value;
  const { data } = useQuery(
    api.hub.listRevisions.queryOptions({
      input: { repositoryId, limit: listed },
      enabled: repositoryId !== '',
    }),
  );
  const choose = (next: string) => {
    repository.onChange(next);
    revision.onChange(items.find(({ id }) => id === next)?.headDigest ?? '');
    onOther?.();
  };
  return (
    <>
      <ChoiceField
        {...repository}
        onChange={choose}
        label={label}
        help={ready && choices.length === 0 ? say('noneYet') : help}
        {...(required ? { required } : {})}
        options={choices}
      />
      {repositoryId !== '' && (data?.items.length ?? 0) > 1 && (
        <ChoiceField
          {...revision}
          onChange={(next) => {
            revision.onChange(next);
            onOther?.();
          }}
          label={say('revision')}
          options={(data?.items ?? []).map(({ revisionDigest, number, publishedAt }) => ({
            value: revisionDigest,
            label: say('revisionNumber', { number, at: formatInstant(publishedAt) }),
          }))}
        />
      )}
    </>
  );
}

type FileFieldProps = {
  repositoryId: string;
  revisionDigest: string;
  label: string;
  /** Which files may be chosen, by their path. */
  fits: (path: string) => boolean;
  file: Binding<string>;
  required?: boolean;
};

/** One file of a revision. */
export function FileField(props: FileFieldProps) {
  const { repositoryId, revisionDigest, label, fits, file, required = false } = props;
  const api = useApi();
  const ready = repositoryId !== '' && revisionDigest !== '';
  const { data } = useQuery(
    api.hub.listFiles.queryOptions({
      input: { repositoryId, revisionDigest, limit: listed },
      enabled: ready,
    }),
  );
  if (!ready) return null;
  const paths = (data?.items ?? []).map(({ path }) => path).filter(fits);
  return (
    <ChoiceField
      {...file}
      label={label}
      {...(required ? { required } : {})}
      options={paths.map((path) => ({ value: path, label: path }))}
    />
  );
}
