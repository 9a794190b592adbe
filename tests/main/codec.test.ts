/** The text codec: decoding what was encoded gives it back, and nothing else is accepted. */

import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../src-main/contract/codec.ts";

/** Plain data as it crosses the wire; a key __proto__ is refused, which has its own tests. */
const plainData = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom(NaN, Infinity, -Infinity, -0),
    fc.uint8Array(), fc.int32Array().map((a) => Int32Array.from(a)), fc.float64Array().map((a) => Float64Array.from(a))),
  node: fc.oneof({ depthSize: "small" }, tie("leaf"), fc.array(tie("node"), { maxLength: 5 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("$", "constructor", "toString", "v")).filter((key) => key !== "__proto__"), tie("node"), { maxKeys: 5, noNullPrototype: true })),
})).node;

describe("codec", () => {
  it("decode after encode is identity, for plain data, typed arrays, NaN, ±∞ and −0", () => {
    fc.assert(fc.property(plainData, (message) => { expect(isDeepStrictEqual(decode(encode(message)), message)).toBe(true); }), { numRuns: 1000 });
  });

  it("keeps the bits of every double, among them a NaN inside an array", () => {
    const values = new Float64Array([0.1, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308]);
    expect(new Uint8Array((decode(encode(values)) as Float64Array).buffer)).toEqual(new Uint8Array(values.buffer));
  });

  it("sends a view's own stretch and not its whole buffer", () => {
    const whole = new Float64Array([1, 2, 3, 4]);
    expect(decode(encode(whole.subarray(1, 3)))).toEqual(new Float64Array([2, 3]));
  });

  it("spends at most 11 characters a number on a series", () => {
    expect(encode(new Float64Array(30_000).fill(Math.PI)).length / 30_000).toBeLessThan(11);
  });

  it("leaves absent properties out and keeps absent entries of a list", () => {
    expect(decode(encode({ a: undefined, b: [undefined, 1] }))).toStrictEqual({ b: [undefined, 1] });
  });

  it.each([
    ["a function", () => 1], ["a date", new Date(0)], ["a map", new Map()], ["a bigint", 1n], ["a symbol", Symbol("x")], ["a float32 array", new Float32Array(1)],
    ["an instance", new (class Thing { a = 1; })()], ["a key __proto__", JSON.parse('{"a":{"__proto__":1}}')],
    ["101 levels", Array.from({ length: 101 }).reduce<unknown>((inner) => [inner], 1)], ["50 000 levels", Array.from({ length: 50_000 }).reduce<unknown>((inner) => [inner], 1)],
  ])("encode refuses %s", (_, message) => { expect(() => encode(message)).toThrow(TypeError); });

  it.each([
    ["no JSON", "{"], ["nothing", ""], ["an unknown mark", '{"$":"x"}'], ["an unknown array", '{"$":["f32","AAAA"]}'], ["a mark among keys", '{"$":"NaN","a":1}'], ["broken bytes", '{"$":["u8","?"]}'],
    ["half a double", '{"$":["f64","AAAA"]}'], ["a key __proto__", '{"a":{"__proto__":{"polluted":1}}}'], ["a wrapped __proto__", '{"$":["object",[["__proto__",{"polluted":1}]]]}'],
    ["an entry without a value", '{"$":["object",[["a"]]]}'], ["a numeric key", '{"$":["object",[[1,2]]]}'], ["__proto__ as a mark", '{"$":["__proto__","AAAA"]}'], ["constructor as a mark", '{"$":["constructor","AAAA"]}'],
    ["50 000 levels", "[".repeat(50_000) + "]".repeat(50_000)],
  ])("decode refuses %s", (_, text) => {
    expect(() => decode(text)).toThrow();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("any text is decoded or refused, never anything else, in 1 000 mutations of a message", () => {
    const message = encode({ a: new Float64Array([1, NaN]), b: { $: 1 }, c: [NaN, "x"] });
    fc.assert(fc.property(fc.nat(message.length - 1), fc.string({ minLength: 0, maxLength: 3 }), (at, piece) => {
      try { decode(message.slice(0, at) + piece + message.slice(at + 1)); } catch (error) { expect(error).toBeInstanceOf(Error); }
      expect(Object.keys(Object.prototype)).toEqual([]);
    }), { numRuns: 1000 });
  });
});
