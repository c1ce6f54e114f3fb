/** Elements that have no end. */
const VOID = new Set(["meta", "br"]);

/** What is wrong with a page as markup: elements that do not end where they should, attributes without quotes, ids that stand twice. */
export function markupFaults(page: string): string[] {
  const body = page.replace(/^<!doctype html>/, "").replace(/<style>[^<]*<\/style>/, "<style></style>");
  const faults: string[] = [];
  const open: string[] = [];
  let rest = 0;
  for (const tag of body.matchAll(
    /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>/g,
  )) {
    const [whole, ends, name, , closed] = tag;
    const between = body.slice(rest, tag.index);
    if (/[<>]/.test(between)) faults.push(`stray bracket in ${between.slice(0, 80)}`);
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(between))
      faults.push(`stray ampersand in ${between.slice(0, 80)}`);
    rest = tag.index + whole.length;
    if (ends) {
      if (open.pop() !== name) faults.push(`${whole} ends another element`);
    } else if (!closed && !VOID.has(name)) open.push(name);
  }
  if (/[<>]/.test(body.slice(rest))) faults.push("stray bracket at the end");
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `id ${id} twice`);
  return [...faults, ...open.map((name) => `${name} does not end`), ...twice];
}
