import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

/** A key as the code writes it: whole, or with a `*` for each part that is put in. */
export interface UsedKey {
  readonly key: string;
  readonly file: string;
}

/** A call of `t` with its keys written in it. */
export interface TextCall extends Omit<UsedKey, 'key'> {
  readonly keys: readonly string[];
  /** Names of the values it gives; null where they are put together elsewhere. */
  readonly values: readonly string[] | null;
}

export interface Scan {
  readonly used: readonly UsedKey[];
  readonly calls: readonly TextCall[];
  /** Calls whose key is put together in a way that this cannot follow. */
  readonly unclear: readonly string[];
  /** Words that stand in the code itself, where a person would read or hear them. */
  readonly written: readonly string[];
}

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Every key of `sections` in the code of a folder, wherever it stands: a key may be chosen far from the call that says it. */
export function scanKeys(folder: string, sections: readonly string[]): Scan {
  const isKey = (text: string) => sections.some((section) => text.startsWith(`${section}.`));
  const used: UsedKey[] = [];
  const calls: TextCall[] = [];
  const unclear: string[] = [];
  const written: string[] = [];
  for (const file of globSync('**/*.{ts,tsx}', { cwd: folder })) {
    const { program, errors } = parseSync(file, readFileSync(join(folder, file), 'utf8'));
    if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
    visit(program, (node) => {
      const text = textOf(node);
      if (text !== undefined && isKey(text)) used.push({ key: text, file });
      const words = wordsOf(node);
      if (words !== undefined) written.push(`${file}: ${words}`);
      if (node.type !== 'CallExpression' || nameOf(node.callee) !== 't') return;
      const [argument, values] = list(node.arguments);
      const keys = argument === undefined ? undefined : keysOf(argument);
      if (keys === undefined) unclear.push(file);
      else calls.push({ file, keys, values: namesIn(values) });
    });
  }
  return { used, calls, unclear, written };
}

const spoken = new Set(['aria-label', 'aria-description', 'alt', 'label', 'placeholder', 'title']);

function wordsOf(node: Node): string | undefined {
  const isAttribute = node.type === 'JSXAttribute' && isNode(node.name) && spoken.has(String(node.name.name));
  const text =
    node.type === 'JSXText' ? node.value : isAttribute && isNode(node.value) ? textOf(node.value) : undefined;
  return typeof text === 'string' && /\p{L}{2}/u.test(text) ? text.trim() : undefined;
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  else if (isNode(value)) {
    see(value);
    for (const inner of Object.values(value)) visit(inner, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

function list(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' ? String(node.name) : undefined;
}

/** The text of a literal; of a template with `*` in its holes. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type !== 'TemplateLiteral') return undefined;
  return list(node.quasis)
    .map(({ value }) => (value as { readonly cooked: string }).cooked)
    .join('*');
}

/** The keys an argument can be; a name stands for literals elsewhere, which are found by themselves. */
function keysOf(node: Node): readonly string[] | undefined {
  const text = textOf(node);
  if (text !== undefined) return [text];
  if (node.type === 'Identifier') return [];
  if (node.type !== 'ConditionalExpression') return undefined;
  const [yes, no] = [node.consequent, node.alternate].map((branch) => (isNode(branch) ? keysOf(branch) : undefined));
  return yes && no ? [...yes, ...no] : undefined;
}

function namesIn(node: Node | undefined): readonly string[] | null {
  if (node === undefined) return [];
  const given = node.type === 'TSAsExpression' && isNode(node.expression) ? node.expression : node;
  if (given.type !== 'ObjectExpression') return null;
  const names = list(given.properties).map((property) => nameOf(property.key));
  return names.some((name) => name === undefined) ? null : names.filter((name) => name !== undefined);
}
