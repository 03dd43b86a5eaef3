// SPDX-License-Identifier: EUPL-1.2
// What AsyncAPI's own parser says of documents, their Avro schemas included.
//
//   node asyncapi.mjs FILE...      one JSON object: by file, the diagnostics that are no mere hints
import { readFileSync } from "node:fs";
import { AvroSchemaParser } from "@asyncapi/avro-schema-parser";
import { Parser } from "@asyncapi/parser";

const WARNING = 1; // of Spectral's severities: 0 error, 1 warning, 2 information, 3 hint
const found = {};
for (const file of process.argv.slice(2)) {
  const parser = new Parser();
  parser.registerSchemaParser(AvroSchemaParser());
  const { document, diagnostics } = await parser.parse(readFileSync(file, "utf8"), { source: file });
  const told = diagnostics.filter(({ severity }) => severity <= WARNING);
  found[file] = {
    read: document !== undefined,
    operations: document ? document.operations().all().length : 0,
    messages: document ? document.allMessages().all().length : 0,
    diagnostics: told.map(({ code, message, path, severity }) => ({ code, message, path: path.join("."), severity })),
  };
}
console.log(JSON.stringify(found));
