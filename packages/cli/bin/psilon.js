#!/usr/bin/env node
import { interruption } from "../dist/interruption.js";

const signal = interruption();
// After it, since loading takes a moment in which Ctrl-C may be pressed.
const { processStreams } = await import("../dist/io.js");
const { reportUncaught, run } = await import("../dist/main.js");
const streams = processStreams(signal);
reportUncaught(streams);
process.exitCode = await run(process.argv.slice(2), streams);
