import { useRef, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { entryWords } from './entry-words.ts';
import './observatory.css';

const fileBytesMax = 750_000;

type ImportDropProps = {
  busy: boolean;
  /** A file has been read already. */
  again: boolean;
  /** `content` is base64. */
  onFile: (file: { name: string; content: string }) => Promise<void>;
};

/** Where a CSV or Excel file is dropped or chosen. */
export function ImportDrop({ busy, again, onFile }: ImportDropProps) {
  const say = useWords(entryWords);
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    setTooLarge(file.size > fileBytesMax);
    if (file.size > fileBytesMax) return;
    await onFile({ name: file.name, content: await base64Of(file) });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same by keyboard
    <div
      className="import-drop"
      data-over={over || undefined}
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
      <strong>{say('drop')}</strong>
      <span>{say('dropWhy')}</span>
      {tooLarge && (
        <p role="alert" className="import-problem">
          {say('tooLarge')}
        </p>
      )}
      <span className="indicator-actions">
        <Button
          {...(again ? {} : { kind: 'main' as const })}
          icon="upload"
          busy={busy}
          onClick={() => input.current?.click()}
        >
          {busy ? say('reading') : say(again ? 'another' : 'choose')}
        </Button>
        <ButtonLink icon="download" href={templateHref} download="indicators.csv">
          {say('template')}
        </ButtonLink>
      </span>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.xlsx,text/csv"
        aria-label={say('choose')}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </div>
  );
}

/** The head alone, with a byte order mark, by which Excel knows UTF-8. */
const templateHref = `data:text/csv;charset=utf-8,${encodeURIComponent(
  '\ufeff指标,时期,数值,单位,来源,来源网址,说明\r\n',
)}`;

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
