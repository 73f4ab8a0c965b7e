import { useRef, useState } from 'react';
import { Icon } from '#web/ui/icon.tsx';

type FileDropProps = {
  label: string;
  help: string;
  /** Of the browser's file dialog: `image/*`. What is dropped may be anything. */
  accept: string;
  onFile: (file: File) => void;
};

/** A button on which a file can be dropped too. */
export function FileDrop({ label, help, accept, onFile }: FileDropProps) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className="play-drop"
        data-over={over || undefined}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const [file] = event.dataTransfer.files;
          if (file !== undefined) onFile(file);
        }}
      >
        <strong>
          <Icon name="upload" /> {label}
        </strong>
        <small>{help}</small>
      </button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        aria-label={label}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) onFile(file);
          target.value = '';
        }}
      />
    </>
  );
}
