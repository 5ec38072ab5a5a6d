/** Would change the page, or call out, if anything of it were read as markup. `__hit` tells the test. */
const markup = '<img src=x onerror="window.__hit=1"><script>window.__hit=1</script>';
/** Turns what follows around (U+202E), and runs on for longer than any line. */
const unruly = `\u202Egnp.exe ${'long'.repeat(300)}`;

/** What a hostile server, list or link may put where a person reads it. */
export const hostile = {
  name: `Shop ${markup}`,
  group: `Group ${markup}`.slice(0, 64),
  label: `Proxy ${markup}`,
  url: `https://hostile.example/?q=${'a'.repeat(3000)}"><script>window.__hit=1</script>`,
  redirect: 'javascript:window.__hit=1//',
  subject: `CN=${markup} ${unruly}`.slice(0, 512),
  title: `${markup} ${unruly}`.slice(0, 200),
  code: markup.slice(0, 64),
  key: '<b onmouseover=alert(1)>',
} as const;
