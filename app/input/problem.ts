import type { Problem } from '../../model/problem.ts';
import { englishWords } from '../../model/words.ts';
import { sanitizeText } from '../sanitize-text.ts';

const texts = englishWords.problems;

/** One line of English that names the option, file, line and field, and says what is wrong. Safe for a terminal. */
export function describeProblem(problem: Problem): string {
  const { code, params = {} } = problem;
  const where = [
    problem.option,
    problem.file === undefined ? undefined : problem.file === '-' ? 'standard input' : quote(problem.file),
    problem.route === undefined ? undefined : `over “${quote(problem.route.label)}”`,
    problem.line === undefined ? undefined : `line ${problem.line}`,
    problem.column === undefined ? undefined : `column ${problem.column}`,
    problem.field === undefined ? undefined : quote(problem.field),
  ].filter((part) => part !== undefined);
  const says = texts[code].replace(/\{(\w+)\}/g, (_, name: string) => quote(String(params[name] ?? '?')));
  return where.length === 0 ? says : `${where.join(', ')}: ${says}`;
}

/** A link with a password, given where a file or a target was wanted, is not repeated with it. */
function quote(text: string): string {
  return sanitizeText(text.replace(/^([a-z][a-z0-9+.-]*:\/\/).*@|^.*:.*@/is, '$1…@'), 200);
}

/** The first `limit` problems as lines, and how many were left out. */
export function describeProblems(problems: readonly Problem[], limit = 20): string[] {
  const lines = problems.slice(0, limit).map(describeProblem);
  if (problems.length > limit) {
    lines.push(describeProblem({ code: 'more-problems', params: { count: problems.length - limit } }));
  }
  return lines;
}
