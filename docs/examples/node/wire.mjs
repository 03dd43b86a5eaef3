// SPDX-License-Identifier: EUPL-1.2
// The wire format of docs/wire-format.md for Node, written from that text alone: attributes, canonical bytes, key ids,
// signatures, and seals (HPKE, RFC 9180, included). Node's own crypto and nothing else. Data inside a seal: avro.mjs.
import {
  createCipheriv, createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman,
  generateKeyPairSync, randomBytes, sign as ed25519, timingSafeEqual, verify as ed25519Verify,
} from "node:crypto";

const SEAL = { head: 115, nonce: 12, tag: 16, wrapped: 80 };
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/;
const REQUIRED = ["id", "source", "specversion", "type", "time", "datacontenttype"];
const CONTEXT = [...REQUIRED, "subject", "dataschema"];

/** A message that must not be used; the text says why, and repeats nothing of what it holds. */
export class Refused extends Error {}

// canonical bytes

const u16 = (n) => Buffer.from([n >> 8, n & 255]);
const u32 = (n) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(n); return bytes; };
const lp = (part) => { const bytes = Buffer.from(part); return Buffer.concat([u32(bytes.length), bytes]); };
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** lp(domain), the number of attributes, and each name and value in the order of the names' bytes. */
export function canonical(domain, attributes) {
  const names = Object.keys(attributes).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Buffer.concat([lp(domain), u32(names.length), ...names.flatMap((name) => [lp(name), lp(attributes[name])])]);
}

// attributes (section 2)

/** The CloudEvents attributes in Kafka's headers, a list of [name, bytes]. Throws Refused. */
export function attributesOf(headers) {
  const found = {};
  for (const [header, raw] of headers) {
    const name = header === "content-type" ? "datacontenttype" : header.startsWith("ce_") ? header.slice(3) : null;
    if (name === null) continue;
    if (name in found || header === "ce_datacontenttype") throw new Refused("a header occurs twice");
    found[name] = text(name, raw);
  }
  for (const name of REQUIRED) if (!(name in found)) throw new Refused("an attribute is missing");
  if (found.specversion !== "1.0") throw new Refused("another version of CloudEvents");
  if (!isInstant(found.time)) throw new Refused("time is not RFC 3339");
  if (Object.keys(found).filter((name) => !CONTEXT.includes(name)).length > 20) throw new Refused("too many extensions");
  return found;
}

/** RFC 3339, and a day that the calendar has: Date takes 30 February for the second of March. */
function isInstant(value) {
  const day = value.slice(0, 10);
  return TIME.test(value) && !Number.isNaN(Date.parse(value)) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function text(name, raw) {
  let value;
  try {
    value = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw ?? new Uint8Array());
  } catch {
    throw new Refused("a header is not UTF-8");
  }
  if (!/^[a-z0-9]{1,20}$/.test(name)) throw new Refused("the name of an attribute is not allowed");
  if (value === "" || Buffer.byteLength(value) > 1024 || CONTROL.test(value)) throw new Refused("the value of an attribute is not allowed");
  return value;
}

/** The headers to send, without the signature's two. */
export function headersOf(attributes) {
  return Object.entries(attributes).map(([name, value]) => [name === "datacontenttype" ? "content-type" : `ce_${name}`, Buffer.from(value)]);
}

// keys (section 5)

const PREFIX = { Ed25519: ["302a300506032b6570032100", "302e020100300506032b657004220420"],
  X25519: ["302a300506032b656e032100", "302e020100300506032b656e04220420"] };

/** A key object of Node's from 32 raw bytes. */
export const publicKey = (kind, raw) =>
  createPublicKey({ key: Buffer.concat([Buffer.from(PREFIX[kind][0], "hex"), raw]), format: "der", type: "spki" });
export const privateKey = (kind, raw) =>
  createPrivateKey({ key: Buffer.concat([Buffer.from(PREFIX[kind][1], "hex"), raw]), format: "der", type: "pkcs8" });
/** The 32 raw bytes of the public half of a key object. */
export const rawPublic = (key) =>
  (key.type === "private" ? createPublicKey(key) : key).export({ format: "der", type: "spki" }).subarray(-32);

export const keyId = (kind, raw) => sha256(lp("nl.inburgering sleutelid v1"), lp(kind), lp(raw)).subarray(0, 16).toString("hex");

// signatures (section 4)

export const signedBytes = (attributes, value) =>
  Buffer.concat([canonical("nl.inburgering handtekening v1", attributes), lp(value)]);

/** The two headers that sign these attributes and this value; `raw` is the private key's 32 bytes. */
export function signatureHeaders(attributes, value, raw) {
  const key = privateKey("Ed25519", raw);
  const id = keyId("Ed25519", rawPublic(key));
  return [["sleutelid", Buffer.from(id)], ["handtekening", ed25519(null, signedBytes(attributes, value), key)]];
}

/** Returns the id of the key that signed; `keys` are the public keys that count (raw), by id. Throws Refused. */
export function verify(headers, value, keys) {
  const only = (name) => {
    const found = headers.filter(([header]) => header === name);
    if (found.length !== 1) throw new Refused(`there is not exactly one ${name}`);
    return Buffer.from(found[0][1]);
  };
  const id = only("sleutelid").toString("latin1");
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Refused("sleutelid is not 32 lower-case hexadecimal digits");
  if (!(id in keys)) throw new Refused("signed with a key that does not count");
  if (!ed25519Verify(null, signedBytes(attributesOf(headers), value), publicKey("Ed25519", keys[id]), only("handtekening"))) {
    throw new Refused("the signature does not fit");
  }
  return id;
}

// HPKE, base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM

const KEM = Buffer.concat([Buffer.from("KEM"), u16(0x0020)]);
const SUITE = Buffer.concat([Buffer.from("HPKE"), u16(0x0020), u16(0x0001), u16(0x0002)]);
const hmac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
const extract = (suite, salt, label, material) => hmac(salt.length ? salt : Buffer.alloc(32), Buffer.from("HPKE-v1"), suite, Buffer.from(label), material);
/** At most 32 bytes, so one block of HKDF's expansion. */
const expand = (suite, secret, label, context, length) =>
  hmac(secret, u16(length), Buffer.from("HPKE-v1"), suite, Buffer.from(label), context, Buffer.from([1])).subarray(0, length);

/** Key and nonce of the one message, from our private or ephemeral key and the other's public key. */
function schedule(ours, theirs, encapsulated, recipient, info) {
  let shared;
  try {
    shared = diffieHellman({ privateKey: ours, publicKey: theirs });
  } catch {
    throw new Refused("the encapsulated key is no key");
  }
  if (timingSafeEqual(shared, Buffer.alloc(32))) throw new Refused("the encapsulated key is no key");
  const none = Buffer.alloc(0);
  const secret = expand(KEM, extract(KEM, none, "eae_prk", shared), "shared_secret", Buffer.concat([encapsulated, recipient]), 32);
  const context = Buffer.concat([Buffer.from([0]), extract(SUITE, none, "psk_id_hash", none), extract(SUITE, none, "info_hash", info)]);
  const prk = extract(SUITE, secret, "secret", none);
  return [expand(SUITE, prk, "key", context, 32), expand(SUITE, prk, "base_nonce", context, 12)];
}

function gcmSeal(key, nonce, plain, aad) {
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(aad);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function gcmOpen(key, nonce, sealed, aad) {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: SEAL.tag }).setAAD(aad);
  decipher.setAuthTag(sealed.subarray(-SEAL.tag));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -SEAL.tag)), decipher.final()]);
  } catch {
    throw new Refused("the seal does not open");
  }
}

// seals (section 3)

const infoOf = (oin) => Buffer.concat([lp("nl.inburgering zegel v1"), lp(oin)]);
const promise = (dataKey) => sha256(lp("nl.inburgering zegelbelofte v1"), lp(dataKey)).subarray(0, 16);
const aadOf = (head, attributes) => Buffer.concat([head, canonical("nl.inburgering zegelkop v1", attributes)]);

/** Seals to one recipient. Make a new one after 1000 records or ten minutes; the document says why. */
export class Sealer {
  constructor(recipient, oin) {
    this.dataKey = randomBytes(32);
    const ephemeral = generateKeyPairSync("x25519");
    const encapsulated = rawPublic(ephemeral.publicKey);
    const [key, nonce] = schedule(ephemeral.privateKey, publicKey("X25519", recipient), encapsulated, recipient, infoOf(oin));
    const wrapped = Buffer.concat([encapsulated, gcmSeal(key, nonce, this.dataKey, Buffer.alloc(0))]);
    const id = Buffer.from(keyId("X25519", recipient), "hex");
    this.head = Buffer.concat([Buffer.from([1]), id, u16(SEAL.wrapped), wrapped, promise(this.dataKey)]);
  }

  seal(frame, attributes) {
    const nonce = randomBytes(SEAL.nonce);
    return Buffer.concat([this.head, nonce, gcmSeal(this.dataKey, nonce, frame, aadOf(this.head, attributes))]);
  }
}

/** What was sealed to us; `keys` are our private keys (raw), old ones too, by id. Throws Refused. */
export function unseal(blob, attributes, keys, oin) {
  if (blob.length < SEAL.head + SEAL.nonce + SEAL.tag) throw new Refused("the seal is too short");
  if (blob[0] !== 1 || blob.readUInt16BE(17) !== SEAL.wrapped) throw new Refused("another version of the seal");
  const id = blob.subarray(1, 17).toString("hex");
  if (!(id in keys)) throw new Refused("sealed to a key that we do not have");
  const ours = privateKey("X25519", keys[id]);
  const [encapsulated, ciphertext] = [blob.subarray(19, 51), blob.subarray(51, 99)];
  const [key, nonce] = schedule(ours, publicKey("X25519", encapsulated), encapsulated, rawPublic(ours), infoOf(oin));
  const dataKey = gcmOpen(key, nonce, ciphertext, Buffer.alloc(0));
  const head = blob.subarray(0, SEAL.head);
  if (!timingSafeEqual(promise(dataKey), head.subarray(99))) throw new Refused("the seal promises another key");
  return gcmOpen(dataKey, blob.subarray(115, 127), blob.subarray(127), aadOf(head, attributes));
}
