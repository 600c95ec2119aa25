// The contracts of the batch routes in BSON (bsonspec.org, 1.1), and the results that answer them. The documents are
// small but for the bytes of a chunk, which are never copied here.

import { dotNet } from './chunk-id.js';

const BINARY = 0x05;
const LENGTH_BYTES = 4;
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** The parts of a store contract: {Data: bytes}. */
export function storeContract(data) {
  const name = utf8.encode('Data\0');
  const head = new Uint8Array(LENGTH_BYTES + 1 + name.length + LENGTH_BYTES + 1);
  const view = new DataView(head.buffer);
  view.setInt32(0, head.length + data.length + 1, true);
  head[4] = BINARY;
  head.set(name, 5);
  view.setInt32(5 + name.length, data.length, true);
  return [head, data, new Uint8Array(1)];
}

/** A retrieve or renew contract: {Id: GUID}. */
export function idContract(id) {
  const contract = new Uint8Array(30);
  contract[0] = contract.length;
  contract[4] = BINARY;
  contract.set(utf8.encode('Id\0'), 5);
  contract[8] = id.length;
  contract[12] = 4; // the subtype of GUIDs
  contract.set(dotNet(id), 13);
  return contract;
}

/** The documents in an answer, each an object of its members in lower case; binary values are views into the answer. */
export function readDocuments(answer) {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  const documents = [];
  for (let at = 0; at < answer.length; at += view.getInt32(at, true)) {
    if (view.getInt32(at, true) < 5 || at + view.getInt32(at, true) > answer.length) {
      throw new RangeError('the answer does not consist of whole BSON documents');
    }
    documents.push(readDocument(answer, view, at));
  }
  return documents;
}

function readDocument(bytes, view, from) {
  const document = {};
  let at = from + LENGTH_BYTES;
  while (bytes[at] !== 0) {
    const type = bytes[at];
    const end = bytes.indexOf(0, at + 1);
    const name = text.decode(bytes.subarray(at + 1, end)).toLowerCase();
    at = end + 1;
    switch (type) {
      case 0x01: // double
        document[name] = view.getFloat64(at, true);
        at += 8;
        break;
      case 0x02: // string
        document[name] = text.decode(bytes.subarray(at + 4, at + 4 + view.getInt32(at, true) - 1));
        at += 4 + view.getInt32(at, true);
        break;
      case 0x03: // document
      case 0x04: { // array: a document whose names are places
        const members = readDocument(bytes, view, at);
        document[name] = type === 0x04 ? Object.values(members) : members;
        at += view.getInt32(at, true);
        break;
      }
      case BINARY:
        document[name] = bytes.subarray(at + 5, at + 5 + view.getInt32(at, true));
        at += 5 + view.getInt32(at, true);
        break;
      case 0x08: // boolean
        document[name] = bytes[at++] === 1;
        break;
      case 0x09: // instant
      case 0x12: // int64
        document[name] = Number(view.getBigInt64(at, true));
        at += 8;
        break;
      case 0x0a: // null
        document[name] = null;
        break;
      case 0x10: // int32
        document[name] = view.getInt32(at, true);
        at += 4;
        break;
      default:
        throw new RangeError(`the answer holds a BSON value of type ${type}, which results do not have`);
    }
  }
  return document;
}
