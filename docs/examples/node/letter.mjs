// SPDX-License-Identifier: EUPL-1.2
// Write letters to the hub and open its deliveries: what stands between your own program and any Kafka client.
//
//   node letter.mjs write SCHEMAS < letters.json > records.json
//   node letter.mjs open  SCHEMAS < records.json > deliveries.json
//
// Binary values are hexadecimal. In a program of your own, import the functions instead.
import { randomUUID } from "node:crypto";
import { decodeFrame, encodeFrame, registry } from "./avro.mjs";
import { attributesOf, headersOf, Refused, Sealer, signatureHeaders, unseal, verify } from "./wire.mjs";

const bytes = (hex) => Buffer.from(hex, "hex");
const SEALED = "application/vnd.inburgering.zegel";

/** Key, value and headers of one record of hub.inbox. */
export function write(schemas, me, hub, letter) {
  const attributes = {
    specversion: "1.0",
    id: letter.id ?? randomUUID(),
    source: `urn:nld:oin:${me.oin}:systeem:${me.systeem}`,
    type: `nl.inburgering.${letter.gebeurtenis}`,
    time: letter.time ?? new Date().toISOString(),
    datacontenttype: SEALED,
    ...(letter.rol ? { rol: letter.rol } : {}),
    ...(letter.subject ? { subject: letter.subject } : {}),
  };
  const frame = encodeFrame(schemas, letter.gebeurtenis, letter.data);
  hub.sealer ??= new Sealer(bytes(hub.zegelsleutel), hub.oin); // a real program renews it: see the class
  const value = hub.sealer.seal(frame, attributes);
  return { value, headers: [...headersOf(attributes), ...signatureHeaders(attributes, value, bytes(me.handtekensleutel))] };
}

/** What a record of hub.out says. Throws Refused: then nothing after it may be read before somebody looked. */
export function open(schemas, me, hub, { headers, value }) {
  const signedBy = verify(headers, value, hub.handtekensleutels);
  const attributes = attributesOf(headers);
  if (attributes.datacontenttype !== SEALED) throw new Refused("it is not sealed");
  const { name, data } = decodeFrame(schemas, unseal(value, attributes, me.zegelsleutels, me.oin));
  if (attributes.type !== `nl.inburgering.${name}`) throw new Refused("the frame is of another type than the message");
  return { id: attributes.id, rol: attributes.rol, pseudoniem: attributes.subject, gebeurtenis: name, data, signedBy };
}

// the command

const hexed = ({ value, headers }) => ({ value: value.toString("hex"), headers: headers.map(([name, raw]) => [name, raw.toString("hex")]) });
const unhexed = ({ value, headers }) => ({ value: bytes(value), headers: headers.map(([name, raw]) => [name, bytes(raw)]) });
const keys = (byId) => Object.fromEntries(Object.entries(byId).map(([id, hex]) => [id, bytes(hex)]));

async function main(command, folder) {
  let input = "";
  for await (const part of process.stdin.setEncoding("utf8")) input += part;
  const { ik, hub, brieven } = JSON.parse(input);
  const schemas = registry(folder);
  if (command === "write") return brieven.map((letter) => hexed(write(schemas, ik, hub, letter)));
  if (command !== "open") throw new Error("node letter.mjs write|open SCHEMAS");
  const me = { ...ik, zegelsleutels: keys(ik.zegelsleutels) };
  const them = { ...hub, handtekensleutels: keys(hub.handtekensleutels) };
  return brieven.map((record) => {
    try {
      return open(schemas, me, them, unhexed(record));
    } catch (error) {
      if (error instanceof Refused) return { refused: error.message };
      throw error;
    }
  });
}

if (process.argv[1]?.endsWith("letter.mjs")) console.log(JSON.stringify(await main(...process.argv.slice(2))));
