/**
 * The wire between a page and the web host. Everything else of the host is derived from this.
 *
 * Opening: the page is opened at `http://127.0.0.1:PORT/#code=CODE`. A code is good for one use within 60 seconds. The page
 * takes it out of its address at once and exchanges it: `POST /api/claim` with `{"code":"CODE"}` answers `{"token":"TOKEN"}`,
 * or 403 where the code is wrong, used or too old. A code that comes twice also ends what it opened the first time, as
 * somebody else may have read it (RFC 6749 section 4.1.2): claim once. The page keeps the token in `sessionStorage` under
 * `waylight-token`, so that a reload works. `localhost` is refused: 127.0.0.1 is the one origin.
 *
 * Calls: `POST /api/NAME`, NAME being one of the contract's calls, with the headers `Content-Type: application/json` (exactly
 * this) and `X-Waylight-Token: TOKEN`. The browser adds `Origin`, which must be ours. The body is the input as JSON in UTF-8,
 * or empty for a call without input. 200 carries `Answer<Output>` as JSON for everything that gets as far as the host's gate,
 * problems with the input among it. Otherwise plain text: 400 the body is not JSON; 403 wrong host, origin or token (after a
 * restart of the host every token is wrong: the page asks for a new address); 404 no such call; 405 not POST; 408 the body
 * took too long; 413 the body is too large; 415 another content type.
 *
 * Events: `POST /api/subscribe`, with the same headers and an empty body, answers `text/event-stream`: first the comment
 * `: open`, then every `HostEvent` as `data: JSON` and an empty line, and the comment `: beat` every 15 seconds. 429 above 16
 * streams. A page that does not read is cut off instead of being remembered: after any end of the stream it subscribes anew
 * and reads what it shows anew, as events may be missing in between.
 */
