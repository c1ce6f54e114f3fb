import { parseAst } from "vitest/node";
import { changesOf } from "./operators.js";

/**
 * One change of a file.
 * @typedef {{
 *   start: number, end: number, text: string, // what stands in place of source.slice(start, end)
 *   unit: number, // the innermost function around it, by its number in the file; 0 is the module itself
 *   within: string, // the name of the innermost function around it that has one
 *   line: number, before: string, after: string, // the lines it touches, as one each
 * }} Mutant
 */

/**
 * All mutants of a file, and the file with `mark(n)` wherever function n (of the file, 0 being the module) begins.
 * @param {string} source @param {(unit: number) => string} mark
 * @returns {{ mutants: Mutant[], marked: string }}
 */
export function mutantsOf(source, mark) {
  const mutants = [];
  const marks = [];
  let units = 1;
  const of = ({ start, end }) => source.slice(start, end);

  const visit = (node, parent, unit, within) => {
    if (isType(node)) return;
    const name = nameOf(node, parent) ?? within;
    if (isFunction(node)) {
      unit = units++;
      const { body } = node;
      if (body.type === "BlockStatement") marks.push([body.start + 1, ` ${mark(unit)};`]);
      else marks.push([body.start, `(${mark(unit)}, `], [body.end, ")"]);
    }
    for (const text of changesOf(node, parent, of)) {
      mutants.push({
        start: node.start,
        end: node.end,
        text,
        unit,
        within: name,
        ...linesOf(source, node, text),
      });
    }
    for (const child of childrenOf(node)) visit(child, node, unit, name);
  };
  visit(parseAst(source, { lang: "ts" }), null, 0, "");

  let marked = source;
  for (const [at, text] of marks.sort(([a], [b]) => b - a))
    marked = marked.slice(0, at) + text + marked.slice(at);
  return { mutants, marked: `${mark(0)};${marked}` };
}

/** The source with the change made. */
export const mutated = (source, { start, end, text }) => source.slice(0, start) + text + source.slice(end);

const isFunction = ({ type }) =>
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type);

/** Nodes of the type system alone; those that hold an expression, such as `x as T`, are none. */
const isType = ({ type, importKind }) =>
  importKind === "type" ||
  type === "ImportDeclaration" ||
  (type.startsWith("TS") && !/^TS(As|Satisfies|NonNull)Expression$/.test(type));

function nameOf(node, parent) {
  if (!isFunction(node)) return undefined;
  return node.id?.name ?? (parent.type === "VariableDeclarator" ? parent.id.name : parent.key?.name);
}

function* childrenOf(node) {
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (child?.type) yield child;
  }
}

const onOneLine = (text) => text.trim().replace(/\s+/g, " ");

/** The lines a change touches, before and after, so that a reader sees it and a list can name it wherever it moves. */
function linesOf(source, { start, end }, text) {
  const first = source.lastIndexOf("\n", start - 1) + 1;
  const next = source.indexOf("\n", end);
  const last = next < 0 ? source.length : next;
  return {
    line: source.slice(0, start).split("\n").length,
    before: onOneLine(source.slice(first, last)),
    after: onOneLine(source.slice(first, start) + text + source.slice(end, last)),
  };
}
