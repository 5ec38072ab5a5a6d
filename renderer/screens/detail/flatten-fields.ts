/** Every field of a JSON value with its path, such as `chain[0].subject`, in the order in which they stand. */
export function flattenFields(value: unknown, path = ''): readonly { readonly path: string; readonly value: string }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value: String(value) }];
  const fields: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item] as const)
    : Object.entries(value).map(([key, item]) => [path === '' ? key : `${path}.${key}`, item] as const);
  if (fields.length === 0) return path === '' ? [] : [{ path, value: Array.isArray(value) ? '[]' : '{}' }];
  return fields.flatMap(([at, item]) => flattenFields(item, at));
}
