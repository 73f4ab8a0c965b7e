import { formatBytes, formatPercent } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Button, IconButton } from '#web/ui/button.tsx';
import { type State, StateMark } from '#web/ui/state-tag.tsx';
import { useProblemSentence } from '#web/ui/states.tsx';
import { formWords } from './form-words.ts';
import type { Upload } from './use-uploads.ts';

const marks: Record<Upload['state'], State> = {
  ready: 'waiting',
  reading: 'running',
  uploading: 'running',
  uploaded: 'done',
  failed: 'failed',
};

/** One file on its way: how far it is, and how to stop or repeat it. */
export function UploadLine({
  upload,
  onRemove,
  onAgain,
}: {
  upload: Upload;
  onRemove: () => void;
  onAgain: () => void;
}) {
  const say = useWords(formWords);
  const { path, file, state } = upload;
  const running = state === 'reading' || state === 'uploading';
  return (
    <li className="file-line upload-line">
      <StateMark state={marks[state]} />
      <span className="file-name">
        {path}
        {state === 'failed' && <FailedWhy upload={upload} />}
      </span>
      {state === 'uploading' && (
        <progress value={upload.ratio} max={1} aria-label={path}>
          {formatPercent(upload.ratio, 0)}
        </progress>
      )}
      <span className="file-size figures">
        {state === 'uploading'
          ? say('uploading', { percent: formatPercent(upload.ratio, 0) })
          : state !== 'failed' && say(state)}{' '}
        · {formatBytes(file.size)}
      </span>
      {state === 'failed' && (
        <Button kind="quiet" onClick={onAgain}>
          {say('again')}
        </Button>
      )}
      <IconButton
        icon="close"
        label={running ? `${say('stop')} ${path}` : say('remove', { path })}
        onClick={onRemove}
      />
    </li>
  );
}

function FailedWhy({ upload }: { upload: Extract<Upload, { state: 'failed' }> }) {
  const say = useWords(formWords);
  const problem = useProblemSentence(upload.problem);
  return <small>{say('uploadFailed', { problem })}</small>;
}
