/** A name that stands twice in one object of a JSON text, of which a parser takes the last without a word. */
export function repeatedName(json: string): string | undefined {
  const objects: Set<string>[] = [];
  for (const [token, name] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") objects.push(new Set());
    else if (token === "}") objects.pop();
    else if (name !== undefined) {
      const own: string = JSON.parse(name);
      const names = objects[objects.length - 1];
      if (names.has(own)) return own;
      names.add(own);
    }
  }
  return undefined;
}
