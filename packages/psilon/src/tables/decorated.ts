/** How the numbers of a whole column are written, and how a person says so. */
export interface NumberStyle {
  /** The end of the sentence `Column "x" …`. */
  readonly reading: string;
  /** The number in a text of this style; undefined for any other text. */
  readonly parse: (text: string) => number | undefined;
}

const CURRENCIES = "[$€£¥₹]|US\\$|USD|EUR|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CNY|INR|BRL";
/** What may stand behind a number without a space; other words need one, since "3a" is no amount of a. */
const UNITS =
  "%|‰|°C|°F|°|kg|mg|µg|g|lbs?|oz|km/h|mph|m/s|km|cm|mm|µm|nm|mi|ft|in|m[²³]?|ml|cl|l|ms|min|h|s|kWh|MWh|kW|MW|W|V|A|Hz|kHz|MHz|GHz|kB|MB|GB|TB|bar|hPa|Pa|ppm|ppb";
const AFFIXED = new RegExp(
  `^([+-]?)\\s?(${CURRENCIES})?\\s?([+-]?[\\d.,'’\\u00a0\\u202f ]*\\d(?:[eE][+-]?\\d+)?)\\s?(${CURRENCIES}|${UNITS})?((?<=\\s)[A-Za-zµ°][A-Za-zµ°²³/·^-]{0,15})?$`,
);

/** With separated thousands and a decimal mark: 1,234.5 in English, 1.234,5 or 1 234,5 or 1’234,5 elsewhere. */
const ENGLISH = /^[+-]?(?:\d+|[1-9]\d{0,2}(?:[,'’]\d{3})+)?(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const CONTINENTAL = /^[+-]?(?:\d+|[1-9]\d{0,2}(?:[.'’ \u00a0\u202f]\d{3})+)?(?:,\d+)?(?:[eE][+-]?\d+)?$/;

/** A text in parts: what stands before its number, the number as written, and what stands behind it. */
function partsOf(
  text: string,
): { readonly before: string; readonly digits: string; readonly behind: string } | null {
  const found = AFFIXED.exec(text);
  if (!found) return null;
  const [, sign, before = "", digits, unit = "", word = ""] = found;
  return { before, digits: `${sign}${digits}`.trim(), behind: unit || word };
}

/**
 * The style in which all of the texts are numbers with a currency, a unit, separated thousands or decimal commas; null where there is none
 * that all share, where they are plain numbers, and where every comma could as well set off thousands as decimals, unless
 * `commas` says that they set off thousands.
 */
export function styleOf(texts: readonly string[], commas: "thousands" | "unknown"): NumberStyle | null {
  const first = texts.length > 0 ? partsOf(texts[0]) : null;
  if (!first) return null;
  const parts = texts.map(partsOf);
  const isAlike = parts.every((one) => one && one.before === first.before && one.behind === first.behind);
  if (!isAlike) return null;
  const digits = parts.flatMap((one) => one?.digits ?? []);
  const decimal = decimalMark(digits, commas);
  if (decimal === null) return null;
  const affix = first.before || first.behind;
  const hasCommas = digits.some(
    (one) => /[,'’ \u00a0\u202f]/.test(one) || (decimal === "," && one.includes(".")),
  );
  if (!affix && !hasCommas) return null;
  const parse = (text: string) => {
    const one = partsOf(text);
    return one && one.before === first.before && one.behind === first.behind
      ? plain(one.digits, decimal)
      : undefined;
  };
  return { reading: readingOf(affix, hasCommas ? decimal : null), parse };
}

/** Which mark sets off decimals in all of these numbers; null where they are no numbers, or could be read either way. */
function decimalMark(digits: readonly string[], commas: "thousands" | "unknown"): "." | "," | null {
  const isEnglish = digits.every((text) => ENGLISH.test(text));
  const isContinental = digits.every((text) => CONTINENTAL.test(text));
  if (isEnglish !== isContinental) return isEnglish ? "." : ",";
  if (!isEnglish) return null;
  // 4,385 is four thousand or four and a bit; 4.385 alone is written plainly.
  return digits.some((text) => text.includes(",")) && commas === "unknown" ? null : ".";
}

/** What reads numbers in the style that a reading names, whatever stands around them. */
export function parserOfStyle(reading: string): (text: string) => number | undefined {
  const decimal = reading.endsWith("with decimal commas") ? "," : ".";
  return (text) => {
    const one = partsOf(text);
    return one ? plain(one.digits, decimal) : undefined;
  };
}

function plain(digits: string, decimal: "." | ","): number | undefined {
  if (!(decimal === "." ? ENGLISH : CONTINENTAL).test(digits)) return undefined;
  const thousands = decimal === "." ? /[,'’ \u00a0\u202f]/g : /[.'’ \u00a0\u202f]/g;
  const number = Number(digits.replace(thousands, "").replace(decimal, "."));
  return Number.isNaN(number) ? undefined : number;
}

function readingOf(affix: string, decimal: "." | "," | null): string {
  const what = affix === "%" ? "percent" : affix;
  const how =
    decimal === "," ? "with decimal commas" : decimal === "." ? "with commas between thousands" : "";
  return ["read as numbers", what && `of ${what}`, how].filter(Boolean).join(" ");
}
