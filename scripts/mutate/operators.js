// The changes that are tried.

const SWAPS = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "??": ["&&"],
  "&": ["|"],
  "|": ["&"],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
};

/** Functions of one number whose value is near it: what rounds, outwards above all, and what drops a sign. */
const NEAR = /^(above|below|orInfinity|notLost|up|down|Math\.(abs|floor|ceil|round|trunc|fround|sqrt|sign))$/;

/** Functions and methods that take each other's place. */
const TWINS = new Map([
  ["Math.max", "Math.min"],
  ["Math.min", "Math.max"],
  ["every", "some"],
  ["some", "every"],
]);

/** Methods that may be left out, so that their object passes as it is. */
const PASSING = new Set(["filter", "sort", "reverse", "trim", "toLowerCase"]);

/** Another number, below and above: a tolerance's order of magnitude, a fraction's half, a count's neighbours. */
function nearby(value) {
  if (value === 0) return [1];
  if (Math.abs(value) < 1e-3 || value >= 1e6) return [value / 1000, value * 1000];
  if (!Number.isInteger(value) || value > 64) return [value / 2, value * 2];
  return [value - 1, value + 1];
}

const isText = (node) =>
  node.type === "TemplateLiteral" ||
  (node.type === "Literal" && typeof node.value === "string") ||
  (node.type === "BinaryExpression" && (isText(node.left) || isText(node.right)));

function swapped(node, text, _, parent) {
  const { start, left, right, operator } = node;
  if (operator === "+" && isText(node)) return [];
  // Between the two, beside the operator, stand the brackets around them.
  const [from, to] = [left.end - start, right.start - start];
  // One step past the end of a typed array reads nothing and writes nothing, so that a loop need not take it.
  const isEnd = parent.type === "ForStatement" && parent.test === node;
  const other = (SWAPS[operator] ?? [])
    .slice(isEnd ? 1 : 0)
    .map((one) => text.slice(0, from) + text.slice(from, to).replace(operator, one) + text.slice(to));
  // In brackets, since ?? may not stand beside the others without.
  return node.type === "LogicalExpression" ? other.map((one) => `(${one})`) : other;
}

/**
 * By the kind of a node of the syntax tree, a function from the node, its text, the text of any node and the node around it
 * to the texts that may stand in its place.
 */
const operators = {
  BinaryExpression: swapped,
  LogicalExpression: swapped,
  AssignmentExpression: swapped,
  ConditionalExpression: ({ consequent, alternate }, _, of) => [`(${of(consequent)})`, `(${of(alternate)})`],
  UnaryExpression: ({ operator, argument }, _, of) => (/^[-!]$/.test(operator) ? [`(${of(argument)})`] : []),
  UpdateExpression: ({ operator }, text, _, parent) =>
    // A loop that counts backwards would only hang.
    parent.type === "ForStatement"
      ? []
      : [operator === "++" ? text.replace("++", "--") : text.replace("--", "++")],
  Literal({ value }, _, __, parent) {
    if (typeof value === "boolean") return [String(!value)];
    return typeof value === "number" && parent.type !== "Property" ? nearby(value).map(String) : [];
  },
  CallExpression({ callee, arguments: [first, ...rest] }, text, of) {
    const name = of(callee);
    if (NEAR.test(name) && rest.length === 0) return [`(${of(first)})`];
    if (TWINS.has(name)) return [TWINS.get(name) + text.slice(name.length)];
    if (callee.type !== "MemberExpression") return [];
    const method = of(callee.property);
    const object = of(callee.object);
    if (PASSING.has(method)) return [object];
    return TWINS.has(method) ? [`${object}.${TWINS.get(method)}${text.slice(name.length)}`] : [];
  },
  MemberExpression: (_, text) => {
    if (text === "Number.POSITIVE_INFINITY") return ["Number.NEGATIVE_INFINITY"];
    return text === "Number.NEGATIVE_INFINITY" ? ["Number.POSITIVE_INFINITY"] : [];
  },
  ExpressionStatement: () => [";"],
  ContinueStatement: () => [";"],
  BreakStatement: (_, __, ___, parent) => (parent.type === "SwitchCase" ? [";"] : []),
  ThrowStatement: () => [";"],
  ReturnStatement: ({ argument }) => (argument ? [] : [";"]),
};

/** The texts that may stand in place of a node, of which `of` says what is written. */
export function changesOf(node, parent, of) {
  const changes = operators[node.type]?.(node, of(node), of, parent) ?? [];
  if (parent?.test !== node || parent.type === "ForStatement" || parent.type === "ConditionalExpression")
    return changes;
  // What always goes on would only hang.
  return [...changes, "false", ...(parent.type === "IfStatement" ? ["true"] : [])];
}
