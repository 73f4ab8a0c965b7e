import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '#web/api.ts';
import { fileHref } from '#web/hub/hub-address.ts';
import { useWords } from '#web/i18n.ts';
import type { Source } from './asked.ts';
import { playgroundWords } from './playground-words.ts';
import { type InputKind, inputKinds, type TriedTask } from './served-tasks.ts';

const shownMax = 12;

/** The media type of a sample by its name: a download does not say it of every file. */
const types: Readonly<Record<InputKind, Readonly<Record<string, string>>>> = {
  image: { jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png' },
  audio: { wav: 'audio/wav' },
  texts: { txt: 'text/plain' },
  table: { csv: 'text/csv' },
};

type SamplesProps = { tried: TriedTask; onSample: (file: File, source: Source) => void };

/** The files in `samples/` beside the task's own file, to be sent with a click. Nothing where there are none. */
export function Samples({ tried, onSample }: SamplesProps) {
  const api = useApi();
  const say = useWords(playgroundWords);
  const [missing, setMissing] = useState(false);
  const { repositoryId, revisionDigest, path, task } = tried;
  const under = `${path.slice(0, path.lastIndexOf('/') + 1)}samples/`;
  const input = { repositoryId, revisionDigest, under, limit: shownMax };
  const { data } = useQuery(api.hub.listFiles.queryOptions({ input }));
  const kind = inputKinds[task];
  const samples = (data?.items ?? []).flatMap((file) => {
    const type = types[kind][file.path.slice(file.path.lastIndexOf('.') + 1).toLowerCase()];
    const href = fileHref(repositoryId, revisionDigest, file.path);
    return type === undefined ? [] : [{ href, type, name: file.path.slice(under.length) }];
  });
  if (samples.length === 0) return null;
  const send = async ({ href, type, name }: (typeof samples)[number]) => {
    const response = await fetch(href).catch(() => null);
    setMissing(response?.ok !== true);
    if (response?.ok !== true) return;
    const file = new File([await response.arrayBuffer()], name, { type });
    onSample(file, { kind: 'sample', address: new URL(href, location.href).href });
  };
  return (
    <div className="play-samples">
      <h3>{say('samples')}</h3>
      <ul>
        {samples.map((sample) => (
          <li key={sample.href}>
            <button type="button" className="play-sample" onClick={() => void send(sample)}>
              {kind === 'image' && <img src={sample.href} alt="" loading="lazy" />}
              {sample.name}
            </button>
          </li>
        ))}
      </ul>
      {missing && <p role="alert">{say('sampleMissing')}</p>}
    </div>
  );
}
