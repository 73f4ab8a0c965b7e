import { useEffect, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Command } from '#web/ui/copy-text.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { To } from '#web/ui/to.tsx';
import type { Asked } from './asked.ts';
import { playgroundWords } from './playground-words.ts';
import { type TriedTask, taskAddress } from './served-tasks.ts';
import { needsSaving, snippetsOf } from './task-snippets.ts';
import { useObjectUrl } from './use-object-url.ts';

/** The call that was just made, as code that runs as it is pasted. */
export function TaskCalls({ tried, asked }: { tried: TriedTask; asked: Asked | null }) {
  const say = useWords(playgroundWords);
  return (
    <Section title={say('howToCall')}>
      <div className="play">
        <p className="play-quiet">{say('snippetsWhy')}</p>
        <Command text="export TOUYAN_KEY=touyan_…" />
        <p>
          <To href="/account">{say('makeKey')}</To>
        </p>
        {asked === null ? (
          <p className="play-quiet">{say('snippetsEmpty')}</p>
        ) : (
          <Snippets tried={tried} asked={asked} />
        )}
      </div>
    </Section>
  );
}

function Snippets({ tried, asked }: { tried: TriedTask; asked: Asked }) {
  const say = useWords(playgroundWords);
  const text = useTextOf(asked);
  const { source, fileName: name } = asked;
  if (text === undefined) return null;
  const called = { ...asked, text, address: taskAddress(tried.trialId) };
  const { curl, python, script } = snippetsOf(called);
  const named = [
    ['curl', curl],
    ['python', python],
    ['script', script],
  ] as const;
  return (
    <>
      {source.kind === 'own' && <p>{say('ownFile', { name })}</p>}
      {needsSaving(called) && <SaveSent asked={asked} />}
      {named.map(([key, code]) => (
        <div key={key} className="play-snippet" data-snippet={key}>
          <h3>{say(key)}</h3>
          <Command text={code} />
        </div>
      ))}
    </>
  );
}

/** The body where it is a text, null where it is bytes, undefined until it was read. */
function useTextOf({ body, mediaType }: Asked): string | null | undefined {
  const [read, setRead] = useState<{ of: Blob; text: string | null }>();
  useEffect(() => {
    let here = true;
    const textual = /json|^text\//.test(mediaType);
    void (textual ? body.text() : Promise.resolve(null)).then((text) => {
      if (here) setRead({ of: body, text });
    });
    return () => {
      here = false;
    };
  }, [body, mediaType]);
  return read?.of === body ? read.text : undefined;
}

function SaveSent({ asked: { body, fileName: name } }: { asked: Asked }) {
  const say = useWords(playgroundWords);
  const href = useObjectUrl(body);
  return (
    <div className="play-line">
      <span>{say('saveFirst', { name })}</span>
      {href !== null && (
        <ButtonLink icon="download" href={href} download={name}>
          {say('save', { name })}
        </ButtonLink>
      )}
    </div>
  );
}
