export interface TlsAlert {
  readonly number: number;
  /** The name in the RFC, such as `handshake_failure`. */
  readonly name: string;
}

/** Alert descriptions: RFC 8446 6, and the earlier ones TLS 1.2 peers still send (RFC 5246 7.2, RFC 6066 9). */
export const alertNames: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  21: 'decryption_failed',
  22: 'record_overflow',
  30: 'decompression_failure',
  40: 'handshake_failure',
  41: 'no_certificate',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  60: 'export_restriction',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  111: 'certificate_unobtainable',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  114: 'bad_certificate_hash_value',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
  121: 'ech_required',
};

const numberOfName = new Map(Object.entries(alertNames).map(([number, name]) => [name, Number(number)]));

export function alertOfNumber(number: number): TlsAlert {
  return { number, name: alertNames[number] ?? 'unassigned' };
}

/**
 * The alert a peer sent, from the code of OpenSSL (`ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR`, `ERR_SSL_TLSV1_UNRECOGNIZED_NAME`)
 * or BoringSSL (`ERR_SSL_TLSV1_ALERT_ECH_REQUIRED`), which name the protocol version that defined it.
 */
export function alertOfCode(code: string): TlsAlert | undefined {
  const name = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_(?:ALERT_)?([A-Z_]+)$/.exec(code)?.[1]?.toLowerCase();
  const number = name === undefined ? undefined : numberOfName.get(name);
  return number === undefined ? undefined : alertOfNumber(number);
}

export interface AlertReader {
  /** The next bytes from the peer, in any pieces. */
  push(chunk: Uint8Array): void;
  /** The last unencrypted alert among them. */
  alert(): TlsAlert | undefined;
  /** True when the first byte cannot begin a TLS record: whatever answered does not speak TLS. */
  isForeign(): boolean;
}

const recordTypes = { changeCipherSpec: 20, alert: 21, applicationData: 23 };
const headerLength = 5;
const alertLength = 2;

/**
 * Finds alerts in the byte stream of a handshake (RFC 8446 5.1 and 6, RFC 5246 6.2): records are type, version, length;
 * an unencrypted alert has exactly two bytes, level and description. Holds at most 7 bytes at a time.
 */
export function createAlertReader(): AlertReader {
  let pending: number[] = [];
  let skip = 0;
  let foreign = false;
  let found: TlsAlert | undefined;

  const readByte = (byte: number) => {
    pending.push(byte);
    const [type = 0] = pending;
    if (type < recordTypes.changeCipherSpec || type > recordTypes.applicationData) foreign = true;
    if (foreign || pending.length < headerLength) return;
    const length = (pending[3] ?? 0) * 256 + (pending[4] ?? 0);
    if (type !== recordTypes.alert || length !== alertLength) {
      skip = length;
      pending = [];
    } else if (pending.length === headerLength + alertLength) {
      found = alertOfNumber(byte);
      pending = [];
    }
  };

  return {
    push: (chunk) => {
      for (let at = 0; at < chunk.length && !foreign; ) {
        const skipped = Math.min(skip, chunk.length - at);
        skip -= skipped;
        at += skipped;
        const byte = chunk[at++];
        if (byte !== undefined) readByte(byte);
      }
    },
    alert: () => found,
    isForeign: () => foreign,
  };
}
