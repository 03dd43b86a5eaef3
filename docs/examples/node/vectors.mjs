// SPDX-License-Identifier: EUPL-1.2
// Hold wire.mjs and avro.mjs against the vectors: node vectors.mjs SCHEMAS. Prints what went otherwise, and counts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeFrame, encodeFrame, registry } from "./avro.mjs";
import { attributesOf, canonical, keyId, privateKey, rawPublic, Refused, signatureHeaders, signedBytes, unseal, verify } from "./wire.mjs";

const folder = process.argv[2];
const vectors = (name) => JSON.parse(readFileSync(join(folder, "vectors", `${name}.json`), "utf8"));
const bytes = (hex) => Buffer.from(hex, "hex");
const headers = (named) => Object.entries(named).map(([name, value]) => [name, Buffer.from(value)]);
const keys = (byId) => Object.fromEntries(Object.entries(byId).map(([id, hex]) => [id, bytes(hex)]));
const raw = (pairs) => pairs.map(([name, hex]) => [name, bytes(hex)]);

const failed = [];
let count = 0;
function expect(name, holds) {
  count += 1;
  try {
    if (!holds()) failed.push(`${name}: otherwise`);
  } catch (error) {
    failed.push(`${name}: ${error.message}`);
  }
}
const refused = (name, act) =>
  expect(name, () => {
    try {
      act();
      return false;
    } catch (error) {
      if (error instanceof Refused) return true;
      throw error;
    }
  });

const attributes = vectors("attributes");
for (const one of attributes.geldig) {
  expect(one.naam, () => canonical("nl.inburgering handtekening v1", attributesOf(raw(one.koppen))).toString("hex") === one.canoniek);
}
for (const one of attributes.ongeldig) refused(one.naam, () => attributesOf(raw(one.koppen)));

const signatures = vectors("signatures");
for (const one of signatures.handtekeningen) {
  const found = attributesOf(headers(one.koppen)), value = bytes(one.waarde);
  expect(one.naam, () => signedBytes(found, value).toString("hex") === one.ondertekend);
  expect(one.naam, () => keyId("Ed25519", bytes(one.publiek)) === one.sleutelid);
  expect(one.naam, () => rawPublic(privateKey("Ed25519", bytes(one.privaat))).toString("hex") === one.publiek);
  const made = signatureHeaders(found, value, bytes(one.privaat));
  expect(one.naam, () => made[1][1].toString("hex") === one.handtekening);
  expect(one.naam, () => verify([...headers(one.koppen), ...made], value, { [one.sleutelid]: bytes(one.publiek) }) === one.sleutelid);
}
for (const one of signatures.ongeldig) refused(one.naam, () => verify(raw(one.koppen), bytes(one.waarde), keys(one.sleutels)));

const seals = vectors("seals");
for (const one of seals.opent) {
  const ours = keys(one.sleutels ?? { [one.sleutelid]: one.privaat });
  expect(one.naam, () => keyId("X25519", bytes(one.publiek)) === one.sleutelid);
  expect(one.naam, () => unseal(bytes(one.zegel), attributesOf(headers(one.koppen)), ours, one.ontvanger).toString("hex") === one.inhoud);
}
for (const one of seals.opent_niet) {
  refused(one.naam, () => unseal(bytes(one.zegel), attributesOf(headers(one.koppen)), { [one.sleutelid]: bytes(one.privaat) }, one.ontvanger));
}

const schemas = registry(folder);
for (const one of vectors("frames").frames) {
  expect(one.naam, () => JSON.stringify(decodeFrame(schemas, bytes(one.frame)).data) === JSON.stringify(one.data));
  // Written with the newest schema, which may be another than the vector's: what comes back is the same.
  const again = encodeFrame(schemas, one.gebeurtenis, one.data);
  expect(one.naam, () => JSON.stringify(decodeFrame(schemas, again).data) === JSON.stringify(one.data));
}
for (const hex of ["", "00", "0100000031", "00ffffffff", "0000000031", "000000003100"]) {
  refused(`frame ${hex}`, () => decodeFrame(schemas, bytes(hex)));
}

console.log(JSON.stringify({ count, failed }));
process.exitCode = failed.length ? 1 : 0;
