/** The app's mark: one way of three is lit. */
export function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path
        d="M3 12h4l5-6h9M7 12l5 6h9"
        fill="none"
        stroke="var(--line-strong)"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <path d="M3 12h18" fill="none" stroke="var(--light)" strokeWidth="2.5" strokeLinecap="round" />
      <circle cx="21" cy="12" r="2" fill="var(--light)" />
    </svg>
  );
}
