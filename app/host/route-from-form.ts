import type { Answer } from '../../model/contract.ts';
import type { Parsed, Problem, ProblemCode } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import type { RouteForm } from '../../model/route-view.ts';
import { formatHostPort } from '../input/parse-host.ts';
import { mtproxyFromParts, parseRoute, proxyFromParts } from '../input/parse-route.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { keptRoute } from '../settings/routes-for-run.ts';
import type { KeptProxy, KeptRoute } from '../settings/settings-state.ts';
import { refuse } from './keep-change.ts';

/**
 * The route a form describes. Where it changes a route whose secret was not typed, that stays as it is as long as kind,
 * host and port do: a page or a slip must never send a saved secret to another server, so that is refused.
 * @param position counted from 1 among all routes; a new id is made of it where the label gives none.
 */
export function routeFromForm(form: RouteForm, position: number, before?: KeptRoute): Answer<KeptRoute> {
  const made = form.kind === 'interface' ? interfaceFromForm(form, position) : proxyFromForm(form, position, before);
  if (!made.ok || !before) return made;
  return { ok: true, value: { ...made.value, id: before.id, enabled: before.enabled } };
}

function interfaceFromForm(form: RouteForm, position: number): Answer<KeptRoute> {
  const parsed = parseRoute(`interface:${form.interface?.trim() ?? ''}`, position);
  const label = sanitizeText(form.label, 64);
  return finish(parsed, label === '' ? {} : { label });
}

function proxyFromForm(form: RouteForm, position: number, before: KeptRoute | undefined): Answer<KeptRoute> {
  const { kind } = form;
  const place = proxyFromParts({ kind: 'socks5', ...placeOf(form) }, position);
  if (!place.ok) return finish(place);
  if (kind === 'interface' || !('host' in place.value)) return refuse('defect', { params: { name: 'route form' } });
  const { host, port } = place.value;
  const old = before && before.kind !== 'interface' ? before : undefined;
  const typed = kind === 'mtproxy' ? form.secret?.trim() : form.password;
  const isSame = old?.kind === kind && old.host === host && old.port === port;
  if (typed === undefined && old && (old.secret !== undefined || old.lost !== undefined)) {
    if (!isSame) return refuse('route-secret-retype', { field: kind === 'mtproxy' ? 'secret' : 'password' });
    if (old.lost !== undefined) return keepLost(form, { host, port }, position, old.lost);
  }
  const secret = typed ?? (isSame ? old.secret : undefined);
  return finish(assemble(form, position, secret));
}

function assemble(form: RouteForm, position: number, secret: string | undefined): Parsed<Route> {
  const { kind, label, username } = form;
  const parts = { ...placeOf(form), ...(label === '' ? {} : { label }) };
  if (kind === 'mtproxy') return mtproxyFromParts({ ...parts, secret: secret ?? '' }, position);
  if (kind === 'interface') return parseRoute('interface:', position);
  const credentials = { ...(username ? { username } : {}), ...(secret ? { password: secret } : {}) };
  return proxyFromParts({ ...parts, kind, ...credentials }, position);
}

/** A route whose secret is still lost: everything else of it may change. */
function keepLost(
  form: RouteForm,
  place: Pick<KeptProxy, 'host' | 'port'>,
  position: number,
  lost: string | null,
): Answer<KeptRoute> {
  const { kind } = form;
  const parsed = assemble(kind === 'mtproxy' ? { ...form, kind: 'socks5', username: '' } : form, position, undefined);
  const made = finish(parsed);
  if (!made.ok || made.value.kind === 'interface' || kind === 'interface') return made;
  const label = form.label === '' ? `${kind} ${formatHostPort(place.host, place.port)}` : made.value.label;
  return { ok: true, value: { ...made.value, kind, label, lost } };
}

function placeOf(form: RouteForm): { host: string; port: string } {
  return { host: form.host?.trim() ?? '', port: form.port?.trim() ?? '' };
}

function finish(parsed: Parsed<Route>, change: { label?: string } = {}): Answer<KeptRoute> {
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map(nameField) };
  if (parsed.value.kind === 'direct') return refuse('route-fixed');
  return { ok: true, value: { ...keptRoute(parsed.value, true), ...change } };
}

const fields: Readonly<Partial<Record<ProblemCode, keyof RouteForm>>> = {
  'route-host': 'host',
  'route-port': 'port',
  'route-interface-name': 'interface',
  'route-credentials-too-long': 'password',
  'route-credentials-control': 'password',
  'route-username-colon': 'username',
  'route-socks4-password': 'password',
  'route-secret-missing': 'secret',
  'route-secret-undecodable': 'secret',
  'route-secret-odd-digits': 'secret',
  'route-secret-unknown-form': 'secret',
  'route-secret-domain': 'secret',
  'route-secret-non-standard': 'secret',
};

function nameField(problem: Problem): Problem {
  const field = fields[problem.code];
  return field === undefined ? problem : { ...problem, field };
}
