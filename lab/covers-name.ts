/** Whether `name` is one of `names` or lies under one of them. All lower case, without a final dot. */
export function coversName(names: readonly string[], name: string): boolean {
  return names.some((candidate) => name === candidate || name.endsWith(`.${candidate}`));
}
