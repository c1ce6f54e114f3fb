#!/usr/bin/env node
import { processIo } from "../dist/io.js";
import { run } from "../dist/main.js";

process.exitCode = await run(process.argv.slice(2), processIo());
