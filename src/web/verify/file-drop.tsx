import { useRef, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import type { EvidenceFile } from './page.tsx';
import { words } from './words.ts';

const fileBytesMax = 64 * 1024 * 1024;

type FileDropProps = {
  file: EvidenceFile | null;
  busy: boolean;
  onFile: (file: EvidenceFile) => void;
  /** The reader wants a file to try with; `tamper` to alter it. */
  onTry: (tamper: boolean) => void;
};

/** Where an evidence file is dropped or chosen, or taken from the platform to try. */
export function FileDrop({ file, busy, onFile, onTry }: FileDropProps) {
  const say = useWords(words);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<'tooLarge' | 'notText' | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const take = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    const read = await readEvidence(chosen);
    if (typeof read === 'string') setProblem(read);
    else {
      setProblem(null);
      onFile(read);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same by keyboard
    <div
      className="verify-drop"
      data-over={over || undefined}
      data-small={file !== null || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
    >
      {file === null ? (
        <>
          <strong>{say('drop')}</strong>
          <span>{say('dropWhy')}</span>
        </>
      ) : (
        <code className="verify-name">{file.name}</code>
      )}
      {problem !== null && (
        <p role="alert" className="verify-problem">
          {say(problem)}
        </p>
      )}
      <span className="verify-do">
        <Button
          {...(file === null ? { kind: 'main' as const } : {})}
          icon="upload"
          onClick={() => input.current?.click()}
        >
          {say(file === null ? 'choose' : 'another')}
        </Button>
        {file === null && (
          <>
            <Button busy={busy} onClick={() => onTry(false)}>
              {say(busy ? 'fetching' : 'tryOne')}
            </Button>
            <Button busy={busy} icon="pencil" onClick={() => onTry(true)}>
              {say('tamperOne')}
            </Button>
          </>
        )}
      </span>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label={say('choose')}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </div>
  );
}

async function readEvidence(chosen: File): Promise<EvidenceFile | 'tooLarge' | 'notText'> {
  if (chosen.size > fileBytesMax) return 'tooLarge';
  try {
    const bytes = await chosen.arrayBuffer();
    return { name: chosen.name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return 'notText';
  }
}
