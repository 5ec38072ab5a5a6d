import styles from './lit-way.module.css';

/** Five ways out, drawn large; one of them is lit, as far as `share` of it. */
export function LitWay({ share = 1 }: { readonly share?: number }) {
  return (
    <svg className={styles.way} viewBox="0 0 240 180" aria-hidden="true">
      <g className={styles.dark}>
        <path d="M24 90h30l42-72h40" />
        <path d="M24 90h30l42-36h72" />
        <path d="M54 90l42 36h52" />
        <path d="M54 90l42 72h24" />
        <path d="M141 13l10 10M151 13l-10 10M173 49l10 10M183 49l-10 10M153 121l10 10M163 121l-10 10M125 157l10 10M135 157l-10 10" />
      </g>
      <path className={styles.rest} d="M24 90h192" />
      <path className={styles.light} d="M24 90h192" pathLength={1} style={{ strokeDashoffset: 1 - share }} />
      <circle className={styles.you} cx="24" cy="90" r="7" />
      <circle className={share < 1 ? styles.notYet : styles.there} cx="216" cy="90" r="11" />
    </svg>
  );
}
