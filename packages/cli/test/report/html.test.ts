import { describe, expect, it } from "vitest";
import { chart, labels } from "../../src/report/chart.js";
import { gridPicture } from "../../src/report/gridPicture.js";
import { html } from "../../src/report/html.js";
import { markupFaults } from "../support/wellFormed.js";

describe("markup", () => {
  it("escapes every text that is put in, between tags and in attributes, and no markup twice", () => {
    const name = `<script>alert("1")</script> & 'x'`;
    const inner = html`<b title="${name}">${name}</b>`;
    const escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;";
    expect(html`<p>${[inner, " ", 3]}</p>`.markup).toBe(`<p><b title="${escaped}">${escaped}</b> 3</p>`);
  });

  it("shows control characters, and those that turn the direction of writing, as JSON writes them", () => {
    expect(html`${"a\u001b[31m\u0000\u202eb"}`.markup).toBe("a\\u001b[31m\\u0000\\u202eb");
  });

  it("is known by the tests to be ill-formed where it is", () => {
    expect(markupFaults("<p><b>x</p></b>")).not.toEqual([]);
    expect(markupFaults("<p>x")).toEqual(["p does not end"]);
    expect(markupFaults("<p>1 < 2</p>")).not.toEqual([]);
    expect(markupFaults("<p>a & b</p>")).not.toEqual([]);
    expect(markupFaults('<p id="a"></p><p id="a"></p>')).toEqual(["id a twice"]);
    expect(markupFaults('<p class="a">x<br /></p>')).toEqual([]);
  });
});

describe("a chart", () => {
  it("has a name and a description, and names that mean something to markup or to programs as texts", async () => {
    const names = ["<b>x</b>", `"q" & 'r'`, "__proto__", "toString", "</svg>"];
    const { markup } = await chart({
      id: "one",
      title: "Rows of <i>",
      description: `what "is" & seen`,
      specification: {
        data: { values: names.map((name, i) => ({ name, i })) },
        mark: "point",
        encoding: {
          x: { field: "i", type: "quantitative" },
          y: { field: "name", type: "nominal", sort: null },
          color: { field: "name", type: "nominal", sort: null },
        },
      },
    });
    expect(markupFaults(markup)).toEqual([]);
    expect(markup).toContain('<svg role="img" aria-labelledby="one-title" aria-describedby="one-text"');
    expect(markup).toContain('<title id="one-title">Rows of &lt;i&gt;</title>');
    expect(markup).toContain('<desc id="one-text">what &quot;is&quot; &amp; seen</desc>');
    expect(markup).toContain("&lt;b&gt;x&lt;/b&gt;");
    expect(markup).toContain("__proto__");
    expect(markup).not.toContain("http");
  });
});

describe("labels of a chart", () => {
  const long = "the measured concentration of ";

  it("keep the ends of long names, and the middles where only these differ", () => {
    expect(labels(["short", `${long}iron`, `${long}lead`])).toEqual([
      "short",
      "the measured co…tion of iron",
      "the measured co…tion of lead",
    ]);
    expect(labels([8, 11, 12].map((k) => `${long}metal number ${k} in the water`))).toEqual([
      "the mea…number 8 in the wat…",
      "the mea…number 11 in the wa…",
      "the mea…number 12 in the wa…",
    ]);
  });

  it("are told apart by their places where all that there is room for is the same", () => {
    const alike = ["a", "b", "c", "c"].map((end) => `${"x".repeat(30)}${end}${"y".repeat(30)}`);
    expect(new Set(labels(alike)).size).toBe(4);
  });
});

describe("the picture of a matrix", () => {
  it("has a square for each part that holds a weight other than 0, neighbours of one shade in one, darker for more", () => {
    const { markup } = gridPicture("w", "Weights", "some", {
      side: 2,
      shares: [
        [1, 1, 0, 1],
        [0, 0.25, 0, 0],
      ],
    });
    expect(markupFaults(markup)).toEqual([]);
    expect(markup).toContain('<path fill="#000000" d="M0,0h2v1h-2zM3,0h1v1h-1z"/>');
    expect(markup).toContain('<path fill="#d0d0d0" d="M1,1h1v1h-1z"/>');
  });
});
