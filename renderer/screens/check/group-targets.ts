import type { RunTarget } from '../../../model/run-view.ts';

/** Targets that stand together. Telegram's opens to its endpoints; its line says how Telegram as a whole does. */
export interface Group {
  readonly name: string;
  readonly telegram: boolean;
  readonly targets: readonly RunTarget[];
}

/** In the order in which the groups first come up, Telegram before all others. */
export function groupTargets(targets: readonly RunTarget[]): readonly Group[] {
  const groups = [...Map.groupBy(targets, ({ group }) => group)].map(([name, members]) => ({
    name,
    telegram: members.some(({ telegram }) => telegram !== undefined),
    targets: members,
  }));
  return groups.sort((a, b) => Number(b.telegram) - Number(a.telegram));
}

/** A line of the matrix. Keys stay the same while a run goes on. */
export type Line =
  | {
      readonly type: 'group';
      readonly key: string;
      readonly group: Group;
      readonly open: boolean;
      /** How many of its targets the filter lets through. */
      readonly matching: number;
    }
  | {
      readonly type: 'target';
      readonly key: string;
      readonly target: RunTarget;
      /** Whether it stands under Telegram's own line. */
      readonly nested: boolean;
    };

interface LinesInput {
  readonly groups: readonly Group[];
  readonly isOpen: (group: Group) => boolean;
  /** Absent where nothing is filtered. */
  readonly matches?: ((target: RunTarget) => boolean) | undefined;
}

/** The lines that are shown, from top to bottom. A group of which nothing matches is left out. */
export function buildLines({ groups, isOpen, matches }: LinesInput): readonly Line[] {
  const lines: Line[] = [];
  for (const group of groups) {
    const members = matches ? group.targets.filter(matches) : group.targets;
    if (members.length === 0) continue;
    const open = isOpen(group);
    lines.push({ type: 'group', key: `group ${group.name}`, group, open, matching: members.length });
    if (!open) continue;
    for (const target of members) lines.push({ type: 'target', key: target.id, target, nested: group.telegram });
  }
  return lines;
}
