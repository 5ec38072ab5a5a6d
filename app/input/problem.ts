import { sanitizeText } from '../sanitize-text.ts';

/** What is wrong with the words or a file, where exactly, as data; {@link describeProblem} makes the sentence. */
export interface Problem {
  /** As the person wrote it; `-` is standard input. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1, in UTF-16 units; given where a line can hold several things. */
  readonly column?: number;
  /** Column of a CSV file or path in a JSON document, such as `[3].expect.status`. */
  readonly field?: string;
  readonly option?: string;
  readonly code: ProblemCode;
  /** What the sentence needs. Never a credential. */
  readonly params?: Readonly<Record<string, string | number>>;
}

/** A parser's answer: it never throws. Notices are worth saying and stop nothing. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly notices: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const texts = {
  // files
  'file-missing': 'no such file',
  'file-unreadable': 'cannot be read ({code})',
  'file-is-directory': 'is a directory, a file is needed',
  'file-too-large': 'is larger than {limit} MB; split it',
  'file-empty': 'has no entries',
  'file-has-nul': 'holds a NUL byte: this is not a text file',
  'file-not-utf8': 'is not UTF-8 text; save it as UTF-8',
  'stdin-twice': 'standard input can be read only once',
  'json-malformed': 'is not valid JSON',
  'json-not-a-list': 'must be a JSON list of {what}',
  'csv-malformed': 'is not valid CSV: {reason}',
  'csv-no-column': 'the header has no column "{column}"',
  'too-many': '{count} entries, the limit is {limit}',
  // fields
  'field-unknown': 'unknown field',
  'field-missing': 'is missing',
  'field-wrong-type': 'must be {expected}',
  'field-wrong-value': 'is not usable: {expected} is needed',
  'id-duplicate': 'the id {id} is used on line {before} already',
  'target-duplicate': '{url} is listed on line {before} already; it is tested once',
  'expect-missing': 'a baseline entry needs an `expect`',
  // addresses
  'url-malformed': 'is not a usable address: {url}',
  'url-control': 'holds a control or invisible character',
  'url-credentials': 'holds a user name or password; a target must not',
  'scheme-missing': '{text} has no scheme; write https://{text}',
  'scheme-unsupported': 'the scheme {scheme} is not supported; use {supported}',
  'host-missing': 'has no host',
  'host-malformed': 'the host {host} is not a valid name or address',
  'host-has-spaces': 'the host holds a space or a control character',
  'port-impossible': 'the port {port} is impossible; it must be 1 to 65535',
  'address-malformed': '{address} is not an IP address',
  'mtproto-needs-address': 'an mtproto target needs an address: give `host` as an IP address, or `addresses`',
  'group-unknown': '"{name}" is neither a file nor a built-in group ({groups})',
  // routes: these never repeat what was written, which may hold a password
  'route-malformed': 'is not a route; write direct, interface:NAME, or SCHEME://[user:pass@]host:port with {schemes}',
  'route-scheme-unsupported': 'is a link of a kind that is not supported; use {schemes}',
  'route-scheme-known': '{scheme} links are not supported; use {schemes}',
  'route-ambiguous': 'can be read in two ways; write it as socks5h://USER:PASS@HOST:PORT or http://USER:PASS@HOST:PORT',
  'route-secret-missing': 'has no secret, without which an MTProxy answers nobody',
  'route-secret-undecodable': 'the secret is neither hexadecimal nor base64',
  'route-secret-odd-digits': 'the secret has a hexadecimal digit too many or too few; copy the link again',
  'route-secret-unknown-form':
    'the secret is of no known kind: 16 bytes, dd and 16 bytes, or ee, 16 bytes and a domain; copy the link again',
  'route-secret-domain': 'the secret asks for fake TLS (ee), and its domain is missing or unusable',
  'route-secret-non-standard':
    'the secret is not standard: it begins with the letters ee, but what it says does not. To try its first 16 bytes, which is a guess, give only its first {characters} characters',
  'route-host': 'the host is not a valid name or address',
  'route-port': 'the port is impossible; it must be 1 to 65535',
  'route-path': 'has a path or a query; a proxy link has neither',
  'route-credentials-undecodable': 'the user name or password cannot be decoded; write special characters as %XX',
  'route-credentials-too-long': 'the user name and the password may have at most 255 bytes each',
  'route-credentials-control': 'the user name or password holds a control character',
  'route-username-colon': 'an HTTP user name cannot hold a colon (RFC 7617)',
  'route-socks4-password': 'SOCKS4 knows a user name but no password',
  'route-not-an-object': 'must be a link or an object with some of {expected}',
  'route-field-unknown': 'has an unknown field; the fields are {expected}',
  'route-field-not-text': 'has a field that is not text; the fields are {expected}',
  'route-interface-name': 'is not the name of an interface',
  'route-interface-missing': 'there is no interface {name} with an address on this machine',
  'route-duplicate': 'is the same route as one given before; it is tested once',
  'route-kind-assumed': 'names no kind of proxy: taken as SOCKS5 with names resolved at the proxy (socks5h://)',
  'routes-found':
    'routes found in the text: {found}; given again: {merged}; refused: {refused}; other links passed over: {passed}',
  'routes-none-found': 'holds no proxy link and no address with a port',
  // options
  'option-number': 'must be a whole number from {min} to {max}',
  'option-choice': 'must be one of {choices}',
  'option-address': 'must be an IP address, with a port if you like',
  'option-https-url': 'must be an https:// address',
  'option-needs': 'needs {needs}',
  'option-not-in-this-version': 'is not in this version',
  'command-not-in-this-version': 'the command {command} is not in this version',
  'scenario-unknown': 'there is no scenario "{name}"; there are {names}',
  // outputs
  'output-directory-missing': 'the folder does not exist',
  'output-not-writable': 'cannot be written ({code})',
  'output-is-directory': 'is a directory, a file name is needed',
  'output-twice': '{name} is named for two outputs',
  'output-none': 'names no output: give --csv, --markdown or another one',
  // other files
  'pem-malformed': 'holds no PEM certificate that can be read',
  'ranges-malformed': 'is not a usable ip-ranges.json: {reason}',
  'ranges-too-large': "is larger than {limit} MB, packed or unpacked; Amazon's list is not",
  'ranges-gzip-truncated': 'is a gzip file that was cut short; download it again',
  'ranges-gzip-damaged': 'is a damaged gzip file; download it again',
  'ranges-truncated': 'ends in the middle of its JSON: it was cut short; download it again',
  'ranges-not-aws': "is JSON, but not Amazon's ip-ranges.json: it has no {field}",
  'ranges-no-rows': 'lists no prefix at all',
  'ranges-too-many-names': 'names more regions or services than Amazon can have',
  'ranges-prefix': '{reason}',
  'ranges-older': 'is of {created}, older than the list in use, of {current}',
  'ranges-row-count': 'has {rows} rows where the list in use has {current}: more than 30 % apart, so it is not trusted',
  'asn-missing': 'the table of networks is missing; run `npm run build`',
  'asn-unusable': 'the table of networks cannot be used ({reason}); run `npm run build`',
  'report-malformed': 'is not a {schema} report',
  'more-problems': 'and {count} more',
} as const;

export type ProblemCode = keyof typeof texts;

/** One line of English that names the option, file, line and field, and says what is wrong. Safe for a terminal. */
export function describeProblem(problem: Problem): string {
  const { code, params = {} } = problem;
  const where = [
    problem.option,
    problem.file === undefined ? undefined : problem.file === '-' ? 'standard input' : quote(problem.file),
    problem.line === undefined ? undefined : `line ${problem.line}`,
    problem.column === undefined ? undefined : `column ${problem.column}`,
    problem.field === undefined ? undefined : quote(problem.field),
  ].filter((part) => part !== undefined);
  const says = texts[code].replace(/\{(\w+)\}/g, (_, name: string) => quote(String(params[name] ?? '?')));
  return where.length === 0 ? says : `${where.join(', ')}: ${says}`;
}

/** A link with a password, given where a file or a target was wanted, is not repeated with it. */
function quote(text: string): string {
  return sanitizeText(text.replace(/^([a-z][a-z0-9+.-]*:\/\/).*@|^.*:.*@/is, '$1…@'), 200);
}

/** The first `limit` problems as lines, and how many were left out. */
export function describeProblems(problems: readonly Problem[], limit = 20): string[] {
  const lines = problems.slice(0, limit).map(describeProblem);
  if (problems.length > limit) {
    lines.push(describeProblem({ code: 'more-problems', params: { count: problems.length - limit } }));
  }
  return lines;
}
