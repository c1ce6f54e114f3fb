import { quoted } from "./render/text.js";

type Wording = readonly [library: RegExp, commandLine: (...found: string[]) => string];

/** The library does not know what its caller's options are called, nor that there are any. */
const wordings: readonly Wording[] = [
  [
    /^(Column ".*?" of .* row \d+ has "([+-]?[1-9]\d{0,2}),(\d{3})"); (?:write them plainly, such as 1234\.5|correct the value, or leave it empty if it is missing)/,
    (_, start, whole, rest) =>
      `${start}, whose comma may set off thousands or decimals; write ${whole}${rest} or ${whole}.${rest}`,
  ],
  [
    /^(Column "(.*?)" of .*)by declaring it "ignore"\.$/,
    (_, start, name) => `${start}with --column ${quoted(`${name}=ignore`)}.`,
  ],
  [
    /^(Column "(.*?)" of .*)declare the column "categorical"/,
    (_, start, name) => `${start}declare it with --column ${quoted(`${name}=categorical`)}`,
  ],
  [/by declaring them "ignore"\.$/, () => "with --column <name>=ignore."],
  [/(from one row)\.$/, (_, end) => `${end}; give more rows a value there, or add rows.`],
  [
    /^(The target .* has no values)\.$/,
    (_, start) => `${start}; fill them in, or name another column with --target.`,
  ],
  [
    /^(There is no column in .* to predict .* from; left out: .*)\.$/,
    (_, start) => `${start}; add one that varies, or say with --column <name>=<kind> what one of these is.`,
  ],
  [
    /^(There is no column in .* to predict .* from)\.$/,
    (_, start) => `${start}; add one that may tell something about it.`,
  ],
  [
    /^.* a category that the model was not trained on; .*$/,
    (message) => `${message} With --unseen zeros, "psilon predict" counts it as none of the known ones.`,
  ],
];

/** A message of the library with what to do about it in the command line's options, where these help. */
export function inOptions(message: string): string {
  return wordings.reduce((text, [library, commandLine]) => text.replace(library, commandLine), message);
}
