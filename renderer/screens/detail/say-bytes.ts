/** Decimal units, as browsers and routers show them. */
export function sayBytes(count: number, number: (value: number, options: Intl.NumberFormatOptions) => string): string {
  const [value, unit] =
    count < 1000 ? [count, 'byte'] : count < 1_000_000 ? [count / 1000, 'kilobyte'] : [count / 1_000_000, 'megabyte'];
  return number(value, {
    style: 'unit',
    unit,
    unitDisplay: count < 1000 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && count >= 1000 ? 1 : 0,
  });
}
