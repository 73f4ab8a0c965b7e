import { join, relative } from 'node:path';

/** Folders of the control group hierarchies in which this process stands, by controller. */
export type CgroupLayout = {
  v1: Readonly<Record<string, string>>;
  /** Null where version 2 is not mounted. */
  v2: string | null;
};

/**
 * Finds the folders from `/proc/self/mountinfo` and `/proc/self/cgroup` (proc(5), cgroups(7)). A mount may
 * show only a part of its hierarchy, as in a container: its root is then cut off the path.
 */
export function cgroupLayout(mountinfo: string, selfCgroup: string): CgroupLayout {
  const paths = new Map<string, string>();
  for (const line of lines(selfCgroup)) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  const v1: Record<string, string> = {};
  let v2: string | null = null;
  for (const line of lines(mountinfo)) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', mountPoint = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    const folder = (controller: string) =>
      join(mountPoint, within(root, paths.get(controller) ?? '/'));
    if (type === 'cgroup2') v2 = folder('');
    if (type !== 'cgroup') continue;
    for (const controller of options.split(',')) {
      if (paths.has(controller)) v1[controller] = folder(controller);
    }
  }
  return { v1, v2 };
}

function within(root: string, path: string): string {
  const rest = relative(root, path);
  return rest.startsWith('..') ? '.' : rest;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
