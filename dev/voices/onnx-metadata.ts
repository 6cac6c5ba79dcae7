/** Field numbers of ONNX's ModelProto.metadata_props and StringStringEntryProto (onnx.proto3), wire type 2. */
const METADATA_PROPS = 14;
const KEY = 1;
const VALUE = 2;
const LENGTH_DELIMITED = 2;

/**
 * Entries that may be appended to an .onnx file as they are: in protobuf, fields of a repeated message may stand
 * anywhere, so a file grows without being parsed. sherpa-onnx reads there what a Piper voice keeps in its JSON.
 */
export function encodeMetadata(entries: Record<string, string>): Buffer {
  const fields = Object.entries(entries).map(([key, value]) =>
    field(METADATA_PROPS, Buffer.concat([field(KEY, Buffer.from(key)), field(VALUE, Buffer.from(value))])),
  );
  return Buffer.concat(fields);
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest >>>= 7)
    bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
  return Buffer.from(bytes);
}
