#!/usr/bin/env node
import { processStreams } from "../dist/io.js";
import { reportUncaught, run } from "../dist/main.js";

const streams = processStreams();
reportUncaught(streams);
process.exitCode = await run(process.argv.slice(2), streams);
