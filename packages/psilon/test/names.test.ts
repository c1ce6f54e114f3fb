import { expect, test } from "vitest";
import { nearestName } from "../src/names.ts";

test("The nearest name is found by counting insertions, deletions and replacements", () => {
  expect(nearestName("kitten", ["mitten", "sitting"])).toBe("mitten");
  expect(nearestName("sittings", ["knitter"])).toBeUndefined();
  expect(nearestName("ag", ["wage", "age"])).toBe("age");
  expect(nearestName("x", [])).toBeUndefined();
});
