/** Files of a revision as folders. Pure. */

export type TreeFile = { readonly path: string; readonly sizeBytes: number };

export type TreeNode<File extends TreeFile> =
  | { readonly kind: 'file'; readonly name: string; readonly file: File }
  | {
      readonly kind: 'folder';
      readonly name: string;
      /** Its whole path, by which it is remembered as open. */
      readonly path: string;
      readonly filesCount: number;
      readonly sizeBytes: number;
      readonly children: readonly TreeNode<File>[];
    };

/** Folders first, then files, each by name in code-point order, as `ls` does. */
export function treeOf<File extends TreeFile>(files: readonly File[]): TreeNode<File>[] {
  return below(files, '');
}

function below<File extends TreeFile>(files: readonly File[], prefix: string): TreeNode<File>[] {
  const own: File[] = [];
  const folders = new Map<string, File[]>();
  for (const file of files) {
    const rest = file.path.slice(prefix.length);
    const slash = rest.indexOf('/');
    if (slash < 0) own.push(file);
    else {
      const name = rest.slice(0, slash);
      const inside = folders.get(name);
      if (inside === undefined) folders.set(name, [file]);
      else inside.push(file);
    }
  }
  return [
    ...[...folders]
      .sort(([one], [other]) => order(one, other))
      .map(([name, inside]) => {
        const path = `${prefix}${name}/`;
        return {
          kind: 'folder' as const,
          name,
          path,
          filesCount: inside.length,
          sizeBytes: inside.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
          children: below(inside, path),
        };
      }),
    ...own
      .sort((one, other) => order(one.path, other.path))
      .map((file) => ({ kind: 'file' as const, name: file.path.slice(prefix.length), file })),
  ];
}

const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
