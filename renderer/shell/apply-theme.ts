import type { Theme } from '../../model/settings.ts';

/** Below this many rem the rail shows icons only; below the second, tables stack. */
const narrowRem = 60;
const mediumRem = 80;

/**
 * Sets the shade, the zoom and the width class on the root element and follows the system and the window.
 * @param zoom percent
 * @returns what ends following
 */
export function applyTheme(theme: Theme, zoom: number): () => void {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const contrast = matchMedia('(prefers-contrast: more)');
  const shade = () => {
    const system = contrast.matches ? 'contrast' : dark.matches ? 'dark' : 'light';
    root.dataset.shade = theme === 'system' ? system : theme;
  };
  const width = () => {
    const rem = innerWidth / (16 * (zoom / 100));
    root.dataset.width = rem < narrowRem ? 'narrow' : rem < mediumRem ? 'medium' : 'wide';
  };
  root.style.fontSize = `${zoom}%`;
  shade();
  width();
  const queries = [dark, contrast];
  for (const query of queries) query.addEventListener('change', shade);
  addEventListener('resize', width);
  return () => {
    for (const query of queries) query.removeEventListener('change', shade);
    removeEventListener('resize', width);
  };
}
