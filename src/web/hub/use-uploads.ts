import { useCallback, useEffect, useRef, useState } from 'react';
import { type Problem, toProblem } from '#web/problem.ts';
import type { PickedFile } from './picked-files.ts';
import { digestOf, uploadFile } from './upload-file.ts';

export type Upload = PickedFile &
  (
    | { readonly state: 'ready' | 'reading' }
    | { readonly state: 'uploading'; readonly ratio: number }
    | { readonly state: 'uploaded'; readonly digest: string }
    | { readonly state: 'failed'; readonly problem: Problem }
  );

const atOnce = 2;

/**
 * Uploads files as soon as they are chosen, two at a time, while the rest of the form is filled in. A
 * path chosen again replaces the file before it. Leaving the page stops what still runs.
 */
export function useUploads(repositoryId: string) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const running = useRef(new Map<string, AbortController>());

  const change = useCallback(
    (file: File, next: (upload: Upload) => Upload) =>
      setUploads((all) => all.map((upload) => (upload.file === file ? next(upload) : upload))),
    [],
  );

  useEffect(() => {
    const waiting = uploads.filter(({ state }) => state === 'ready');
    for (const { path, file } of waiting.slice(0, Math.max(0, atOnce - running.current.size))) {
      if (running.current.has(path)) continue;
      const controller = new AbortController();
      running.current.set(path, controller);
      const { signal } = controller;
      const run = async (): Promise<Upload> => {
        change(file, () => ({ path, file, state: 'reading' }));
        const digest = await digestOf(file);
        if (signal.aborted) throw new DOMException('stopped', 'AbortError');
        const sent = await uploadFile({ repositoryId, file, digest, signal }, (ratio) =>
          change(file, () => ({ path, file, state: 'uploading', ratio })),
        );
        return { path, file, state: 'uploaded', digest: sent.digest };
      };
      void run()
        .catch((error: unknown): Upload => {
          return { path, file, state: 'failed', problem: toProblem(error) };
        })
        .then((outcome) => {
          if (running.current.get(path) === controller) running.current.delete(path);
          change(file, () => outcome);
        });
    }
  }, [uploads, repositoryId, change]);

  useEffect(() => {
    const all = running.current;
    return () => {
      for (const controller of all.values()) controller.abort();
    };
  }, []);

  const stop = (path: string) => {
    running.current.get(path)?.abort();
    running.current.delete(path);
  };
  return {
    uploads,
    add(files: readonly PickedFile[]) {
      for (const { path } of files) stop(path);
      const paths = new Set(files.map(({ path }) => path));
      setUploads((all) => [
        ...all.filter(({ path }) => !paths.has(path)),
        ...files.map(({ path, file }): Upload => ({ path, file, state: 'ready' })),
      ]);
    },
    remove(path: string) {
      stop(path);
      setUploads((all) => all.filter((upload) => upload.path !== path));
    },
    again(path: string) {
      setUploads((all) =>
        all.map((upload) =>
          upload.path === path ? { path, file: upload.file, state: 'ready' } : upload,
        ),
      );
    },
  };
}
