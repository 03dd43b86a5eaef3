// SPDX-License-Identifier: EUPL-1.2
// The data of docs/wire-format.md, section 1: an Avro record in a Confluent frame, to and from plain JSON values. Only what
// our schemas use of Avro; a program of your own may take any Avro library instead.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Refused } from "./wire.mjs";

const PREFIX = "nl.inburgering.", DAY = 86_400_000;

/** The schemas of the folder `schemas/`: by event type (the newest) and by id. */
export function registry(folder) {
  const lock = JSON.parse(readFileSync(join(folder, "registry.lock.json"), "utf8"));
  const byId = new Map(), newest = new Map();
  for (const [subject, versions] of Object.entries(lock)) {
    const name = subject.slice(PREFIX.length, -"-value".length);
    for (const version of Object.keys(versions).map(Number).sort((a, b) => a - b)) {
      const schema = JSON.parse(readFileSync(join(folder, name, `${version}.avsc`), "utf8"));
      const entry = { name, id: versions[version].id, schema };
      byId.set(entry.id, entry);
      newest.set(name, entry);
    }
  }
  return { byId, newest };
}

/** The frame of one event; fields that are not given are null. */
export function encodeFrame({ newest }, name, data) {
  const entry = newest.get(name);
  if (!entry) throw new Refused("no event type of the catalogue");
  const out = [Buffer.from([0]), Buffer.alloc(4)];
  out[1].writeUInt32BE(entry.id);
  writer({ newest }, out)(entry.schema, data, entry.schema);
  return Buffer.concat(out);
}

/** {name, data} of a frame, without fields that are null. Throws Refused. */
export function decodeFrame({ byId, newest }, frame) {
  const entry = frame.length >= 5 && frame[0] === 0 ? byId.get(frame.readUInt32BE(1)) : undefined;
  if (!entry) throw new Refused("no frame, or of a schema that is not in the registry");
  const from = { bytes: frame, at: 5 };
  const data = reader({ byId, newest }, from)(entry.schema, entry.schema);
  if (from.at !== frame.length) throw new Refused("bytes follow the record");
  return { name: entry.name, data };
}

// Avro's numbers: zigzag, seven bits a byte, the lowest first.

function long(value) {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

function readLong(from) {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (from.at >= from.bytes.length) break;
    const byte = from.bytes[from.at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return Number(BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n)));
  }
  throw new Refused("a number breaks off");
}

/** Named types are known from where they first stand in a schema. */
function named() {
  const known = new Map();
  return (schema) => {
    if (typeof schema === "string") return known.get(schema.replace(PREFIX, "")) ?? { type: schema };
    if (schema.name && !Array.isArray(schema)) known.set(schema.name, schema);
    return schema;
  };
}

function writer(schemas, out) {
  const resolve = named();
  const put = (type, value, field, record) => {
    const schema = resolve(type);
    if (Array.isArray(schema)) {
      const kinds = schema.map((one) => resolve(one));
      const branch = kinds.findIndex((one) => (one.type === "null") === (value === undefined || value === null));
      out.push(long(branch));
      return put(kinds[branch], value, field, record);
    }
    switch (schema.type) {
      case "null": return undefined;
      case "boolean": return out.push(Buffer.from([value ? 1 : 0]));
      case "int": return out.push(long(schema.logicalType === "date" ? Date.parse(`${value}T00:00:00Z`) / DAY : value));
      case "long": return out.push(long(schema.logicalType === "timestamp-millis" ? Date.parse(value) : value));
      case "string": return text(value);
      case "bytes": return text(encodeFrame(schemas, record.gebeurtenis, value)); // a correction holds a frame
      case "enum": return out.push(long(schema.symbols.indexOf(symbolOf(field, value))));
      case "array":
        if (value?.length) {
          out.push(long(value.length));
          for (const one of value) put(schema.items, one, field, record);
        }
        return out.push(long(0));
      case "record": {
        for (const one of schema.fields) put(one.type, value[one.name], one, value);
        return undefined;
      }
      default: throw new Refused("a type that our schemas do not use");
    }
  };
  const text = (value) => {
    const bytes = Buffer.from(value);
    out.push(long(bytes.length), bytes);
  };
  return (schema, value) => put(schema, value, undefined, value);
}

function reader(schemas, from) {
  const resolve = named();
  const take = (length) => {
    if (!(length >= 0 && from.at + length <= from.bytes.length)) throw new Refused("the record breaks off");
    return from.bytes.subarray(from.at, (from.at += length));
  };
  const get = (type, field) => {
    const schema = resolve(type);
    if (Array.isArray(schema)) {
      const kind = schema[readLong(from)];
      if (kind === undefined) throw new Refused("no branch of the union");
      for (const one of schema) resolve(one);
      return get(kind, field);
    }
    switch (schema.type) {
      case "null": return null;
      case "boolean": return take(1)[0] === 1;
      case "int": case "long": {
        const value = readLong(from);
        if (schema.logicalType === "date") return new Date(value * DAY).toISOString().slice(0, 10);
        if (schema.logicalType === "timestamp-millis") return new Date(value).toISOString().replace(".000Z", "Z");
        return value;
      }
      case "string": return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(readLong(from)));
      case "bytes": return decodeFrame(schemas, take(readLong(from))).data;
      case "enum": {
        const symbol = schema.symbols[readLong(from)];
        if (symbol === undefined) throw new Refused("no symbol of the enum");
        return field?.codes?.[symbol] ?? symbol;
      }
      case "array": {
        const found = [];
        for (let count = readLong(from); count !== 0; count = readLong(from)) {
          if (count < 0) { count = -count; readLong(from); }
          if (count > from.bytes.length) throw new Refused("the list breaks off");
          while (count-- > 0) found.push(get(schema.items, field));
        }
        return found;
      }
      case "record": {
        const found = {};
        for (const one of schema.fields) {
          const value = get(one.type, one);
          if (value !== null && !(one.name === "ook" && value.length === 0)) found[one.name] = value;
        }
        return found;
      }
      default: throw new Refused("a type that our schemas do not use");
    }
  };
  return (schema) => get(schema, undefined);
}

/** An Avro symbol has no hyphens or signs; the field's `codes` says which code it stands for. */
function symbolOf(field, code) {
  const found = Object.entries(field?.codes ?? {}).find(([, one]) => one === code);
  if (!found) throw new Refused(`no code of ${field?.name}`);
  return found[0];
}
