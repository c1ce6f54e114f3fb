/** Signs and codes of money, before a number or behind it: $, US$, R$, EUR. */
const CURRENCIES = String.raw`[A-Z]{0,3}\p{Sc}|USD|EUR|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CNY|INR|BRL|kr|zł|Rs\.?`;
/** What may stand behind a number without a space; other words need one, since "3a" is no amount of a. */
const UNITS =
  "%|‰|°C|°F|°|kg|mg|µg|g|lbs?|oz|km/h|mph|m/s|km|cm|mm|µm|nm|mi|ft|in|(?:[cdkm]?m|ft|in)[²³23]|m|ml|cl|l|ms|min|h|s|kWh|MWh|kW|MW|W|V|A|Hz|kHz|MHz|GHz|kB|MB|GB|TB|bar|hPa|Pa|ppm|ppb";
const WORD = String.raw`\p{L}[\p{L}²³/·^-]{0,15}`;
const SIGN = "[+−-]";
const SPACES = " \u00a0\u202f";
const NUMBER = String.raw`(?:[\d.,][\d.,'’${SPACES}]*)?\d(?:[eE][+-]?\d+)?`;
const AFFIXED = new RegExp(
  String.raw`^(${SIGN})?\s?(${CURRENCIES})?\s?(${SIGN})?(${NUMBER})(?:\s?(${CURRENCIES}|${UNITS})|\s(${WORD}))?$`,
  "u",
);
const CURRENCY = new RegExp(`^(?:${CURRENCIES})$`, "u");

interface Notation {
  /** What stands between thousands, and what a person calls it. */
  readonly mark: string;
  readonly thousands: string;
  readonly decimal: "." | ",";
  readonly whole: RegExp;
}

/** In the order in which they are preferred. */
const NOTATIONS: readonly Notation[] = [
  notation(",", "commas", "."),
  notation("'", "apostrophes", "."),
  notation(" ", "spaces", "."),
  notation(".", "dots", ","),
  notation("'", "apostrophes", ","),
  notation(" ", "spaces", ","),
];

function notation(mark: string, thousands: string, decimal: "." | ","): Notation {
  // In India 12,34,567 is 1,234,567.
  const indian = mark === "," ? String.raw`|[1-9]\d?(?:,\d{2})+,\d{3}` : "";
  const grouped = String.raw`[1-9]\d{0,2}(?:[${mark}]\d{3})+${indian}`;
  const whole = new RegExp(String.raw`^(?:\d+|${grouped})?(?:[${decimal}]\d+)?(?:[eE][+-]?\d+)?$`);
  return { mark, thousands, decimal, whole };
}

/** A text taken apart. */
interface Parts {
  readonly isNegative: boolean;
  /** Whether it is said to be negative by (1,234) or −5, as bookkeepers and typesetters do. */
  readonly minus: "()" | "−" | "";
  /** The number without its sign, with ' and the plain space for all marks like them. */
  readonly digits: string;
  /** Its currency and its unit. */
  readonly affix: string;
}

function partsOf(text: string): Parts | null {
  const inner = text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1) : null;
  const found = AFFIXED.exec(inner ?? text);
  if (!found) return null;
  const [, first, before, second, number, behind = before, word = behind] = found;
  const sign = first ?? second;
  if ((first && second) || (inner !== null && sign)) return null;
  const affix = before === undefined || before === word ? (word ?? "") : `${before} ${word}`;
  const digits = number.replace(/’/g, "'").replace(/[\u00a0\u202f]/g, " ");
  const minus = inner !== null ? "()" : sign === "−" ? "−" : "";
  return { isNegative: minus !== "" || sign === "-", minus, digits, affix };
}

/**
 * How all of the texts are numbers with one currency or unit, separated thousands, decimal commas, or parentheses where negative:
 * the end of the sentence `Column "x" is …`, by which `parserOfStyle` reads them. Null where there is no style that all share, where they
 * are plain numbers, and where every comma could as well set off thousands as decimals, unless `commas` says that they set off thousands.
 */
export function styleOf(texts: readonly string[], commas: "thousands" | "unknown"): string | null {
  let affix: string | undefined;
  let fitting = NOTATIONS;
  let parentheses = 0;
  const marks = new Set<string>();
  for (const text of texts) {
    const parts = partsOf(text);
    affix ??= parts?.affix;
    if (!parts || parts.affix !== affix) return null;
    fitting = fitting.filter(({ whole }) => whole.test(parts.digits));
    if (fitting.length === 0) return null;
    for (const [mark] of parts.digits.matchAll(/[.,' ]/g)) marks.add(mark);
    if (parts.minus) marks.add(parts.minus);
    if (parts.minus === "()") parentheses++;
  }
  // Where all stand in parentheses these do not tell some from others.
  if (affix === undefined || parentheses === texts.length) return null;
  const isUnclear = fitting.some(({ decimal }) => decimal !== fitting[0].decimal);
  // 4,385 is four thousand or four and a bit; 4.385 alone is written plainly, but prices have no three decimals.
  const unclear = CURRENCY.test(affix) ? [",", "."] : [","];
  if (commas === "unknown" && isUnclear && unclear.some((mark) => marks.has(mark))) return null;
  const { mark, thousands, decimal } = fitting[0];
  const how = [
    marks.has(mark) && `${thousands} between thousands`,
    decimal === "," && marks.has(",") && "decimal commas",
    marks.has("()") && "negative ones in parentheses",
    marks.has("−") && "the minus sign −",
  ].filter(Boolean);
  if (affix === "" && how.length === 0) return null;
  const what = affix === "" ? "" : ` in ${affix === "%" ? "percent" : affix}`;
  return `read as numbers${what}${how.length === 0 ? "" : ` with ${how.join(" and ")}`}`;
}

/** What reads numbers as a reading of `styleOf` says; of another currency or unit they are none, but they may go without. */
export function parserOfStyle(reading: string): (text: string) => number | undefined {
  const [, what = "", how = ""] = /^read as numbers(?: in (.+?))?(?: with (.+))?$/.exec(reading) ?? [];
  const affix = what === "percent" ? "%" : what;
  const comma = /dots between|decimal commas/.test(how);
  const notations = NOTATIONS.filter(({ decimal }) => comma === (decimal === ","));
  return (text) => {
    const parts = partsOf(text);
    if (!parts || (parts.affix !== "" && parts.affix !== affix)) return undefined;
    const found = notations.find(({ whole }) => whole.test(parts.digits));
    if (!found) return undefined;
    const number = Number(parts.digits.replaceAll(found.mark, "").replace(found.decimal, "."));
    return parts.isNegative ? -number : number;
  };
}
