import styles from './glyph.module.css';
import type { Tone } from './status.ts';

/** The shape of a status, 12 × 12: disc, half disc, cross, diamond, square, ring, dash. Hidden from screen readers. */
const shapes: Readonly<Record<Tone, React.ReactNode>> = {
  ok: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  part: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1.75a4.25 4.25 0 0 0 0 8.5z" fill="currentColor" />
    </>
  ),
  fail: <path d="M2 2l8 8M10 2l-8 8" fill="none" stroke="currentColor" strokeWidth="2.25" strokeLinecap="round" />,
  geo: <path d="M6 .9 11.1 6 6 11.1.9 6z" fill="currentColor" />,
  down: <rect x="1.75" y="1.75" width="8.5" height="8.5" rx="1" fill="currentColor" />,
  unsure: (
    <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 1.6" />
  ),
  idle: <path d="M3 6h6" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />,
};

export function Glyph({ tone, size = 12 }: { readonly tone: Tone; readonly size?: number }) {
  return (
    <svg className={`${styles.glyph} ${styles[tone]}`} viewBox="0 0 12 12" data-size={size} aria-hidden="true">
      {shapes[tone]}
    </svg>
  );
}
