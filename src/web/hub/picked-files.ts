/** A file that somebody chose or dropped, with its path in the revision. */
export type PickedFile = { readonly path: string; readonly file: File };

/** Files of an `<input type="file">`, of a folder too. */
export function filesOfInput(list: FileList): PickedFile[] {
  return withoutCommonFolder(
    [...list].map((file) => ({ path: normal(file.webkitRelativePath || file.name), file })),
  );
}

/** Files and folders of a drop, folders with all that is in them. */
export async function filesOfDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  // The entries are gone once the event is over, so they are taken before anything is awaited.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const found: PickedFile[] = [];
  for (const entry of entries) if (entry !== null) found.push(...(await filesBelow(entry)));
  return withoutCommonFolder(found);
}

async function filesBelow(entry: FileSystemEntry): Promise<PickedFile[]> {
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((done, failed) => entry.file(done, failed));
    return [{ path: normal(entry.fullPath), file }];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found: PickedFile[] = [];
  // A reader gives at most a hundred entries at a time, and none once it is through.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((done, failed) =>
      reader.readEntries(done, failed),
    );
    if (batch.length === 0) return found;
    for (const inner of batch) found.push(...(await filesBelow(inner)));
  }
}

/** Without a leading slash, in the Unicode form that the hub asks for. */
const normal = (path: string): string => path.replace(/^\/+/, '').normalize('NFC');

/** A folder that holds all of them is the root of the revision, and leaves their paths. */
export function withoutCommonFolder<Picked extends { readonly path: string }>(
  files: readonly Picked[],
): Picked[] {
  const [first] = files;
  const folder = first === undefined ? '' : first.path.slice(0, first.path.indexOf('/') + 1);
  if (folder === '' || !files.every(({ path }) => path.startsWith(folder))) return [...files];
  return files.map((file) => ({ ...file, path: file.path.slice(folder.length) }));
}
