import { useWords } from '#web/i18n.ts';
import { TextField } from '#web/ui/fields.tsx';
import type { Binding } from '#web/ui/use-draft.ts';
import { formWords } from './form-words.ts';

/** How a repository is described, as the forms hold it: tags in one line. */
export type Description = {
  titleZh: string;
  titleEn: string;
  summaryZh: string;
  summaryEn: string;
  licence: string;
  sector: string;
  task: string;
  tags: string;
};

const label = /^[\p{Ll}\p{Lo}\p{N}]+(?:[-._][\p{Ll}\p{Lo}\p{N}]+)*$/u;
const licence = /^[A-Za-z0-9.+-]*$/;

const tagsOf = (text: string): string[] => text.split(/[\s,，、]+/).filter((tag) => tag !== '');

type Words = { title: string; label: string; licence: string };

/** What is wrong with a description, by field. Pure. */
export function descriptionProblems(values: Description, say: Words) {
  const { titleZh, titleEn, sector, task, tags } = values;
  const fits = (text: string) => text === '' || label.test(text);
  return {
    ...(titleZh.trim() === '' && titleEn.trim() === '' ? { titleZh: say.title } : {}),
    ...(licence.test(values.licence) ? {} : { licence: say.licence }),
    ...(fits(sector) ? {} : { sector: say.label }),
    ...(fits(task) ? {} : { task: say.label }),
    ...(tagsOf(tags).every(fits) ? {} : { tags: say.label }),
  };
}

/** As the operations of the hub take it. */
export function describedAs(values: Description) {
  return {
    title: { zh: values.titleZh.trim(), en: values.titleEn.trim() },
    summary: { zh: values.summaryZh.trim(), en: values.summaryEn.trim() },
    licence: values.licence,
    sector: values.sector || null,
    task: values.task || null,
    tags: tagsOf(values.tags),
  };
}

/** The fields of a description; they stand inside Controls. */
export function DescriptionFields({
  bind,
}: {
  bind: (field: keyof Description) => Binding<string>;
}) {
  const say = useWords(formWords);
  return (
    <>
      <TextField
        {...bind('titleZh')}
        label={say('titleZh')}
        help={say('titleHelp')}
        charactersMax={200}
      />
      <TextField {...bind('titleEn')} label={say('titleEn')} charactersMax={200} />
      <TextField {...bind('summaryZh')} label={say('summaryZh')} lines={2} charactersMax={500} />
      <TextField {...bind('summaryEn')} label={say('summaryEn')} lines={2} charactersMax={500} />
      <TextField {...bind('licence')} label={say('licence')} help={say('licenceHelp')} />
      <TextField {...bind('sector')} label={say('sector')} help={say('sectorHelp')} />
      <TextField {...bind('task')} label={say('task')} help={say('taskHelp')} />
      <TextField {...bind('tags')} label={say('tags')} help={say('tagsHelp')} />
    </>
  );
}
