import { useState } from 'react';
import type { ServedTask } from '#contract/serving';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { FileDrop } from './file-drop.tsx';
import { playgroundWords } from './playground-words.ts';
import { inputKinds } from './served-tasks.ts';
import { useRecorder } from './use-recorder.ts';

type TaskInputProps = {
  task: ServedTask;
  /** What is in the field, where the task takes text or a table. */
  text: string;
  onText: (text: string) => void;
  onRun: () => void;
  onFile: (file: File) => void;
};

/** Where one gives what a task takes: a picture, a sound, texts or a table. */
export function TaskInput({ task, text, onText, onRun, onFile }: TaskInputProps) {
  const say = useWords(playgroundWords);
  switch (inputKinds[task]) {
    case 'image':
      return (
        <FileDrop
          label={say('choosePicture')}
          help={say('pictureHelp')}
          accept="image/*"
          onFile={onFile}
        />
      );
    case 'audio':
      return <SoundInput onFile={onFile} />;
    case 'texts':
      return (
        <WrittenInput
          label={say('text')}
          help={say(task === 'token-classification' ? 'textHelp' : 'linesHelp')}
          accept=".txt,.md,text/plain"
          {...{ text, onText, onRun, onFile }}
        />
      );
    case 'table':
      return (
        <WrittenInput
          label={say('table')}
          help={say('tableHelp')}
          accept=".csv,text/csv"
          {...{ text, onText, onRun, onFile }}
        />
      );
  }
}

function SoundInput({ onFile }: Pick<TaskInputProps, 'onFile'>) {
  const say = useWords(playgroundWords);
  const { state, seconds, start, stop } = useRecorder(onFile);
  return (
    <>
      <FileDrop
        label={say('chooseSound')}
        help={say('soundHelp')}
        accept="audio/*"
        onFile={onFile}
      />
      <div className="play-line" aria-live="polite">
        {state === 'recording' ? (
          <>
            <Button icon="stop" kind="main" onClick={stop}>
              {say('stopRecording')}
            </Button>
            <span className="figures">{say('recording', { seconds })}</span>
          </>
        ) : (
          <Button icon="record" onClick={start}>
            {say('record')}
          </Button>
        )}
        {state === 'refused' && <span className="play-quiet">{say('noMicrophone')}</span>}
      </div>
    </>
  );
}

const lines = 6;
const charactersMax = 5_000_000;

type WrittenProps = Omit<TaskInputProps, 'task'> & { label: string; help: string; accept: string };

function WrittenInput({ label, help, accept, text, onText, onRun, onFile }: WrittenProps) {
  const say = useWords(playgroundWords);
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its buttons do the same
    <div
      className="play-written"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        const [file] = event.dataTransfer.files;
        setOver(false);
        if (file === undefined) return;
        event.preventDefault();
        onFile(file);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onRun();
      }}
    >
      <PlainText
        name="playground"
        label={label}
        help={help}
        lines={lines}
        charactersMax={charactersMax}
        value={text}
        onChange={onText}
      />
      <div className="play-line">
        <Button kind="main" onClick={onRun}>
          {say('run')}
        </Button>
        <ChooseFile accept={accept} onFile={onFile} />
      </div>
    </div>
  );
}

function ChooseFile({ accept, onFile }: { accept: string; onFile: (file: File) => void }) {
  const say = useWords(playgroundWords);
  return (
    <label className="button button-plain play-choose">
      {say('chooseFile')}
      <input
        type="file"
        accept={accept}
        className="unseen"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) onFile(file);
          target.value = '';
        }}
      />
    </label>
  );
}
