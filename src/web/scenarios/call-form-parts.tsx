import type { ReactNode } from 'react';
import { useWords } from '#web/i18n.ts';
import { ChoiceField, InstantField, NumberField, TextField } from '#web/ui/fields.tsx';
import type { Draft } from '#web/ui/use-draft.ts';
import { BaselineFields } from './baseline-fields.tsx';
import type { CallFields } from './call-draft.ts';
import { formWords } from './form-words.ts';
import { FileField, RevisionFields } from './revision-fields.tsx';

type PartProps = { draft: Draft<CallFields> };

const titleCharacters = 120;
const textCharacters = 20_000;
const shortCharacters = 60;

/** A part of a long form, with its name. */
function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <fieldset className="form-part">
      <legend>{name}</legend>
      {children}
    </fieldset>
  );
}

/** Name, task and rules. */
export function TaskPart({ draft }: PartProps) {
  const say = useWords(formWords);
  const text = { lines: 6, charactersMax: textCharacters };
  return (
    <Part name={say('about')}>
      <TextField
        {...draft.bind('titleZh')}
        label={say('titleZh')}
        charactersMax={titleCharacters}
        required
      />
      <TextField
        {...draft.bind('titleEn')}
        label={say('titleEn')}
        charactersMax={titleCharacters}
      />
      <TextField {...draft.bind('pageZh')} label={say('pageZh')} help={say('pageHelp')} {...text} />
      <TextField {...draft.bind('pageEn')} label={say('pageEn')} {...text} />
      <TextField
        {...draft.bind('rulesZh')}
        label={say('rulesZh')}
        help={say('rulesHelp')}
        {...text}
      />
      <TextField {...draft.bind('rulesEn')} label={say('rulesEn')} {...text} />
    </Part>
  );
}

const isTable = (path: string) => path.endsWith('.csv');
const isProgram = (path: string) => /\.(?:mjs|js|py)$/.test(path);

/** Public and hidden data, scorer, metric and baselines. */
export function DataPart({ draft, ownerId }: PartProps & { ownerId: string }) {
  const say = useWords(formWords);
  const { values } = draft;
  return (
    <Part name={say('data')}>
      <RevisionFields
        kind="dataset"
        ownerId={ownerId}
        label={say('publicRepository')}
        help={say('publicRepositoryHelp')}
        repository={draft.bind('publicRepository')}
        revision={draft.bind('publicRevision')}
      />
      <DataFiles draft={draft} which="public" />
      <RevisionFields
        kind="dataset"
        ownerId={ownerId}
        own
        label={say('hiddenRepository')}
        help={say('hiddenRepositoryHelp')}
        repository={draft.bind('hiddenRepository')}
        revision={draft.bind('hiddenRevision')}
      />
      <DataFiles draft={draft} which="hidden" />
      <RevisionFields
        kind="program"
        ownerId={ownerId}
        label={say('scorer')}
        help={say('scorerHelp')}
        repository={draft.bind('scorerRepository')}
        revision={draft.bind('scorerRevision')}
      />
      <FileField
        repositoryId={values.scorerRepository}
        revisionDigest={values.scorerRevision}
        label={say('entry')}
        fits={isProgram}
        file={draft.bind('scorerEntry')}
      />
      <TextField
        {...draft.bind('scorerOptions')}
        label={say('scorerOptions')}
        help={say('jsonHelp')}
        lines={3}
      />
      <BaselineFields ownerId={ownerId} baselines={draft.bind('baselines')} />
    </Part>
  );
}

function DataFiles({ draft, which }: PartProps & { which: 'public' | 'hidden' }) {
  const say = useWords(formWords);
  const place = {
    repositoryId: draft.values[`${which}Repository`],
    revisionDigest: draft.values[`${which}Revision`],
  };
  return (
    <>
      <FileField
        {...place}
        label={say('features')}
        fits={isTable}
        file={draft.bind(`${which}Features`)}
      />
      <FileField
        {...place}
        label={say('labels')}
        fits={isTable}
        file={draft.bind(`${which}Labels`)}
      />
    </>
  );
}

/** How it is compared, and what a team may use. */
export function LimitsPart({ draft }: PartProps) {
  const say = useWords(formWords);
  const submissions = say('submissionsUnit');
  return (
    <Part name={say('limits')}>
      <TextField
        {...draft.bind('metricZh')}
        label={say('metricZh')}
        help={say('metricHelp')}
        charactersMax={shortCharacters}
      />
      <TextField
        {...draft.bind('metricEn')}
        label={say('metricEn')}
        charactersMax={shortCharacters}
      />
      <ChoiceField
        {...draft.bind('direction')}
        label={say('direction')}
        options={[
          { value: 'higher', label: say('higher') },
          { value: 'lower', label: say('lower') },
        ]}
      />
      <NumberField
        {...draft.bind('precision')}
        label={say('precision')}
        help={say('precisionHelp')}
        min={0}
        max={6}
      />
      <ChoiceField
        {...draft.bind('counts')}
        label={say('counts')}
        options={[
          { value: 'best', label: say('best') },
          { value: 'last', label: say('last') },
        ]}
      />
      <NumberField
        {...draft.bind('perDay')}
        label={say('perDay')}
        unit={submissions}
        min={1}
        max={1_000}
      />
      <NumberField
        {...draft.bind('inAll')}
        label={say('inAll')}
        unit={submissions}
        min={1}
        max={10_000}
      />
      <NumberField
        {...draft.bind('wallSeconds')}
        label={say('wall')}
        unit={say('secondsUnit')}
        min={1}
        max={3_600}
      />
      <NumberField
        {...draft.bind('cpuSeconds')}
        label={say('cpu')}
        unit={say('secondsUnit')}
        min={1}
        max={3_600}
      />
      <NumberField
        {...draft.bind('memoryMiB')}
        label={say('memory')}
        unit="MiB"
        min={16}
        max={16_384}
      />
    </Part>
  );
}

/** When it opens and closes, how long its notice stands, and what is simulated. */
export function TimesPart({ draft }: PartProps) {
  const say = useWords(formWords);
  return (
    <Part name={say('times')}>
      <InstantField {...draft.bind('opensAt')} label={say('opensAt')} help={say('opensAtHelp')} />
      <InstantField
        {...draft.bind('closesAt')}
        label={say('closesAt')}
        help={say('closesAtHelp')}
      />
      <ChoiceField
        {...draft.bind('noticeUnit')}
        label={say('noticeUnit')}
        options={[
          { value: 'workingDays', label: say('noticeDays') },
          { value: 'seconds', label: say('noticeSeconds') },
        ]}
      />
      <NumberField
        {...draft.bind('noticeCount')}
        label={say('noticeCount')}
        help={say('noticeCountHelp')}
        min={1}
        max={draft.values.noticeUnit === 'seconds' ? 86_400 : 60}
      />
      <TextField
        {...draft.bind('simulatedZh')}
        label={say('simulatedZh')}
        help={say('simulatedHelp')}
        charactersMax={titleCharacters}
      />
      <TextField
        {...draft.bind('simulatedEn')}
        label={say('simulatedEn')}
        charactersMax={titleCharacters}
      />
    </Part>
  );
}
