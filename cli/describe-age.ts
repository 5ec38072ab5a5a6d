const dayMs = 86_400_000;

/** `, 92 days old`; nothing for what is of today, has no date, or lies ahead of this machine's clock. */
export function describeAge(createdAt: string | null, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(createdAt ?? '')) / dayMs);
  if (!(days >= 1)) return '';
  return `, ${days} ${days === 1 ? 'day' : 'days'} old`;
}
