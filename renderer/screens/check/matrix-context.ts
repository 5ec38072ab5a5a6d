import type { RouteSummary } from '../../../model/route.ts';
import type { TelegramSummary } from '../../../model/telegram-summary.ts';
import type { VerdictName } from '../../../model/verdict.ts';
import type { CellWords } from './use-cell-words.ts';

/** What every line of the matrix is drawn with; the same object until one of them changes. */
export interface MatrixContext {
  readonly routes: readonly RouteSummary[];
  /** What the routes are called, in their order. */
  readonly titles: readonly string[];
  readonly words: CellWords;
  readonly running: boolean;
  /** Whether the verdict stands under the name because there is no room for a column of its own. */
  readonly compact: boolean;
  readonly telegram: TelegramSummary | null;
  /** The best route for Telegram. */
  readonly best: string | undefined;
  /** Routes that carry nothing: what fails over them says nothing of the services. */
  readonly dead: ReadonlySet<string>;
  /** What a verdict was the last time, where it was another. */
  readonly before: ReadonlyMap<string, VerdictName>;
}
