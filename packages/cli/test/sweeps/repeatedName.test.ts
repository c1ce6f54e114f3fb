import { expect, it } from "vitest";
import { repeatedName } from "../../src/sweeps/repeatedName.js";

it.each([
  ['{"a": 1, "b": {"a": 2}, "c": [{"b": 1}, {"b": 2}]}', undefined],
  ['{"a": "b", "b": "a:", "c": ["a", "a"]}', undefined],
  ['{"a": "\\": {\\"a", "b": "\\"a\\":"}', undefined],
  ['["a", "a"]', undefined],
  ['{"a": 1, "b": 2, "a" : 3}', "a"],
  ['{"a": {"b": 1}, "\\u0061": 2}', "a"],
  ['{"c": [{"b": {"x": 1}, "b": 2}]}', "b"],
  ['{"a}": 1, "b": "}", "a}": 2}', "a}"],
])("in %s the name that stands twice in one object is %j", (json, name) => {
  expect(repeatedName(json)).toBe(name);
});
