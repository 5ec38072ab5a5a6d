import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** 1184 bytes that a server takes for an ML-KEM-768 encapsulation key (FIPS 203 7.2): it checks that each coefficient is below q. */
export function drawMlKemKey(): Buffer {
  const q = 3329;
  const coefficients: number[] = [];
  while (coefficients.length < 3 * 256) {
    const bytes = randomBytes(3);
    const pair = [bytes.readUInt16LE(0) & 0xfff, bytes.readUInt16LE(1) >> 4];
    coefficients.push(...pair.filter((value) => value < q));
  }
  const encoded = Buffer.alloc(1152 + 32);
  for (let index = 0; index < 3 * 256; index += 2) {
    const [low = 0, high = 0] = coefficients.slice(index, index + 2);
    encoded.writeUIntLE(low | (high << 12), (index / 2) * 3, 3);
  }
  encoded.set(randomBytes(32), 1152);
  return encoded;
}

/** A true public key: half of all random strings are no point of the curve, and a filter could look. */
export function drawX25519Key(): Buffer {
  return generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
}
