import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAlertReader } from '../../engine/tls-alert.ts';

const record = (type: number, body: Uint8Array) =>
  Buffer.concat([Buffer.of(type, 3, 3, body.length >> 8, body.length & 255), body]);
const alert = (level: number, number: number) => record(21, Buffer.of(level, number));

function read(...chunks: Uint8Array[]) {
  const reader = createAlertReader();
  for (const chunk of chunks) reader.push(chunk);
  return reader;
}

describe('createAlertReader', () => {
  it('finds an alert alone, after other records, and the last of several', () => {
    expect(read(alert(2, 70)).alert()).toEqual({ number: 70, name: 'protocol_version' });
    expect(read(record(22, Buffer.alloc(4000, 21)), alert(2, 40)).alert()?.number).toBe(40);
    expect(read(alert(1, 112), alert(2, 80)).alert()?.number).toBe(80);
    expect(read(alert(2, 255)).alert()).toEqual({ number: 255, name: 'unassigned' });
  });

  it('takes no encrypted alert and no half one for an alert', () => {
    expect(read(record(21, Buffer.alloc(19, 2))).alert()).toBeUndefined();
    expect(read(alert(2, 70).subarray(0, 6)).alert()).toBeUndefined();
    expect(read(record(22, alert(2, 70))).alert()).toBeUndefined();
  });

  it('says when what answers does not speak TLS', () => {
    expect(read(Buffer.from('HTTP/1.1 400 Bad Request\r\n')).isForeign()).toBe(true);
    expect(read(record(22, Buffer.alloc(3))).isForeign()).toBe(false);
    expect(read().isForeign()).toBe(false);
  });

  it('finds the same however the bytes are cut', () => {
    const records = fc.array(
      fc.record({ type: fc.integer({ min: 20, max: 23 }), body: fc.uint8Array({ maxLength: 20 }) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(records, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (parts, sizes) => {
        const bytes = Buffer.concat(parts.map(({ type, body }) => record(type, body)));
        const expected = parts.findLast(({ type, body }) => type === 21 && body.length === 2)?.body[1];
        const reader = createAlertReader();
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          reader.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(reader.alert()?.number).toBe(expected);
      }),
    );
  });

  it('survives any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void read(bytes, bytes).alert()));
  });
});
