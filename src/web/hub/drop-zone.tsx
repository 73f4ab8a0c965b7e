import { useRef, useState } from 'react';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { formWords } from './form-words.ts';
import { filesOfDrop, filesOfInput, type PickedFile } from './picked-files.ts';

/** Where files and folders are dropped, or chosen by keyboard. */
export function DropZone({ onFiles }: { onFiles: (files: readonly PickedFile[]) => void }) {
  const say = useWords(formWords);
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    if (input.files !== null) onFiles(filesOfInput(input.files));
    input.value = '';
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it do the same by keyboard
    <div
      className="drop-zone"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void filesOfDrop(event.dataTransfer).then(onFiles);
      }}
    >
      <strong>{say('drop')}</strong>
      <span>{say('dropWhy')}</span>
      <span className="drop-zone-do">
        <Button icon="upload" onClick={() => files.current?.click()}>
          {say('chooseFiles')}
        </Button>
        <Button onClick={() => folder.current?.click()}>{say('chooseFolder')}</Button>
      </span>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={say('chooseFiles')}
        onChange={(event) => take(event.target)}
      />
      <input
        ref={(element) => {
          folder.current = element;
          // React knows no such attribute; a browser without it chooses single files here too.
          if (element !== null) element.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label={say('chooseFolder')}
        onChange={(event) => take(event.target)}
      />
    </div>
  );
}
