import type { CollateralCap, CollateralEvidence, OtherExplanation } from '../../engine/collateral/vocabulary.ts';
import type { EvidenceKey, NextKey, RuleId } from '../../engine/judge/vocabulary.ts';
import type { FailureKind, Step } from '../../model/failure.ts';
import type { Result, ResultState } from '../../model/result.ts';
import type {
  TelegramGroupKind,
  TelegramReason,
  TelegramSilence,
  TelegramState,
} from '../../model/telegram-summary.ts';
import type { Mechanism, VerdictName } from '../../model/verdict.ts';
import { englishWords } from '../../model/words.ts';

/**
 * The English words for every key a report can hold. Each table is complete by its type: a key without a text does not
 * compile. `blocked` is only ever said by a verdict; nothing here says who did it, only what it is consistent with.
 */

/** One or two words for a cell of the matrix. */
export const failureWords: Readonly<Record<FailureKind, string>> = englishWords.failureWords;

/** What happened, as the end of a sentence that begins with the step. */
export const failures: Readonly<Record<FailureKind, string>> = englishWords.failures;

export const steps: Readonly<Record<Step, string>> = englishWords.steps;

export const states: Readonly<Record<ResultState, string>> = englishWords.states;

/** Why something was skipped, where that is known. */
export const resultDetails: Readonly<Record<NonNullable<Result['detail']>, string>> = englishWords.resultDetails;

/** Failures of MTProxies that their detail explains better than their kind: in a cell, and as the end of a sentence. */
export const mtproxyDetails: Readonly<Record<string, { readonly cell: string; readonly sentence: string }>> =
  englishWords.mtproxyDetails;

export const verdicts: Readonly<Record<VerdictName, string>> = englishWords.verdicts;

export const mechanisms: Readonly<Record<Mechanism, string>> = englishWords.mechanisms;

export const confidences = englishWords.confidences;

export const rules: Readonly<Record<RuleId, string>> = englishWords.rules;

export const evidence: Readonly<Record<EvidenceKey, string>> = englishWords.evidence;

/** What a score of collateral damage rests on, what else may be the cause, and what holds it down. */
export const collateral: Readonly<Record<CollateralEvidence | OtherExplanation | CollateralCap, string>> =
  englishWords.collateral;

export const nextSteps: Readonly<Record<NextKey, string>> = englishWords.nextSteps;

/** What a person can do with Telegram over one route. */
export const telegramStates: Readonly<Record<TelegramState, string>> = englishWords.telegramStates;

/** Said of data centres that give no answer at all: `DC 2 silent`. */
export const telegramSilences: Readonly<Record<TelegramSilence, string>> = englishWords.telegramSilences;

/** A group in a sentence: `data centres: consistent with …`. */
export const telegramGroups: Readonly<Record<TelegramGroupKind, string>> = englishWords.telegramGroups;

/** The end of “Best for Telegram: …, because …”. */
export const telegramReasons: Readonly<Record<TelegramReason, string>> = englishWords.telegramReasons;
