/** How well messages are grouped, against groups that people made. */
export interface Accuracy {
  messages: number;
  /** Share of messages whose group holds exactly the messages of their true group. */
  groupingAccuracy: number;
  groups: number;
  trueGroups: number;
}

/**
 * Grouping accuracy as J. Zhu et al., "Tools and Benchmarks for Automated Log Parsing", ICSE-SEIP 2019, define it: a message
 * is right when its group has all the messages of its true group and no other.
 */
export function measureGrouping(
  labelled: readonly { content: string; truth: string }[],
  groupOf: (content: string) => string,
): Accuracy {
  const sizes = new Map<string, number>();
  const groups = new Map<string, { truth: string; size: number; isPure: boolean }>();
  for (const { content, truth } of labelled) {
    sizes.set(truth, (sizes.get(truth) ?? 0) + 1);
    const key = groupOf(content);
    const group = groups.get(key) ?? { truth, size: 0, isPure: true };
    group.size += 1;
    group.isPure &&= group.truth === truth;
    groups.set(key, group);
  }
  const right = [...groups.values()].filter(({ truth, size, isPure }) => isPure && size === sizes.get(truth));
  return {
    messages: labelled.length,
    groupingAccuracy: right.reduce((sum, { size }) => sum + size, 0) / Math.max(1, labelled.length),
    groups: groups.size,
    trueGroups: sizes.size,
  };
}
