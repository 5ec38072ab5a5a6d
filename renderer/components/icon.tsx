import styles from './icon.module.css';

/** Line icons of our own on a 20 × 20 grid, 1.5 wide. Direction-bound ones are mirrored in right-to-left languages. */
const paths = {
  check: 'M3 10.5 7.5 15 17 5.5',
  map: 'M3 10h3.5M6.5 10 12 4.5h5M6.5 10h10.5M6.5 10 12 15.5h5',
  routes: 'M5 15.5V8a3.5 3.5 0 0 1 7 0v4a3.5 3.5 0 0 0 3.5 3.5M5 17.500v0M3 15.500h4v2.500H3zM15.500 13.500l2 2-2 2',
  aws: 'M3.5 6.5 10 3l6.5 3.5v7L10 17l-6.500-3.500zM3.500 6.500 10 10l6.500-3.500M10 10v7',
  history: 'M3.500 10a6.500 6.500 0 1 0 2-4.700M3.500 3.500v3h3M10 6.500V10l2.500 1.500',
  report: 'M5 2.500h7l3.500 3.500v11.500H5zM12 2.500V6h3.500M7.500 10h5.500M7.500 13h5.500',
  settings: 'M3 5.500h6M13 5.500h4M11 3.500v4M3 14.500h2M9 14.500h8M7 12.500v4M3 10h10M17 10h0M15 8v4',
  play: 'M6.500 4v12l9-6z',
  stop: 'M5.500 5.500h9v9h-9z',
  close: 'M5 5l10 10M15 5 5 15',
  back: 'M12 4.500 6.500 10l5.500 5.500',
  forward: 'M8 4.500 13.500 10 8 15.500',
  down: 'M4.500 7.500 10 13l5.500-5.500',
  up: 'M4.500 12.500 10 7l5.500 5.500',
  search: 'M13 13l4 4M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11z',
  plus: 'M10 4v12M4 10h12',
  paste: 'M7 4H4.500v13h11V4H13M7 2.500h6v3H7z',
  copy: 'M7 7h9.500v9.500H7zM4 13H3.500V3.500H13V4',
  link: 'M8.500 11.500 11.500 8.500M9 6l1.500-1.500a3.500 3.500 0 0 1 5 5L14 11M11 14l-1.500 1.500a3.500 3.500 0 0 1-5-5L6 9',
  trash: 'M3.500 5.500h13M8 5.500V3.500h4v2M5 5.500l1 11.500h8l1-11.500',
  edit: 'M4 16l.700-3.300L13 4.400l2.600 2.600-8.300 8.300z',
  grip: 'M7.500 5v0M7.500 10v0M7.500 15v0M12.500 5v0M12.500 10v0M12.500 15v0',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9v4.500M10 6.500v0',
  warning: 'M10 3.500 17.500 16.500h-15zM10 8.500v4M10 14.500v0',
  send: 'M17 3 8.500 11.500M17 3l-5 14-3.500-5.500L3 8z',
  lock: 'M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9',
  refresh: 'M16.500 10a6.500 6.500 0 1 1-2-4.700M16.500 3.500v3h-3',
} as const;

export type IconName = keyof typeof paths;
const mirrored = new Set<IconName>(['back', 'forward', 'map', 'send', 'play']);

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className={`${styles.icon} ${mirrored.has(name) ? styles.mirrored : ''}`}
      viewBox="0 0 20 20"
      aria-hidden="true"
    >
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
