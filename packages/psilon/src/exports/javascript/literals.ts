/**
 * A text between double quotes, as JavaScript and TypeScript take it, in code as in comments, and as a page takes it that has the code
 * between its script tags.
 */
export const quoted = (text: string): string =>
  JSON.stringify(text)
    .replace(/[<>\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replaceAll("*/", "*\\/");

/** A property of an object literal; by its name alone, "__proto__" would be the object's prototype. */
export const property = (name: string, value: string): string =>
  `${name === "__proto__" ? `[${quoted(name)}]` : quoted(name)}: ${value}`;

/** Literals between brackets, each of which may be a line of its own. */
export const listed = (items: readonly (string | number)[]): string => `[${items.join(", ")}]`;

/** The shortest decimal that is nearest to this float32 among all float32. */
export function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return String(near);
  }
  return String(Number(value.toPrecision(9)));
}

/** The numbers' bytes, little-endian. */
export function base64Of(numbers: Float32Array | Uint8Array): string {
  const view = new DataView(new ArrayBuffer(numbers.byteLength));
  numbers.forEach((number, i) => {
    if (numbers instanceof Uint8Array) view.setUint8(i, number);
    else view.setFloat32(4 * i, number, true);
  });
  let text = "";
  for (let i = 0; i < view.byteLength; i++) text += String.fromCharCode(view.getUint8(i));
  return btoa(text);
}
