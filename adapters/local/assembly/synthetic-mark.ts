import { appendFile } from 'node:fs/promises';
import { escapeXml } from './rough-cut-card';

export const SYNTHETIC_COMMENT = 'synthetic media: AI-generated talking avatar';

/** UUID of XMP packets in ISO base media files (XMP specification part 3, table 8). */
const XMP_UUID = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');

/** IPTC's term for a mix of elements of which at least one is synthetic; platforms look for it to label AI media. */
const SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic';

/** Appends an XMP packet to a finished mp4 that says the film is synthetic. A top-level box at the end moves nothing else. */
export async function appendSyntheticMark(mp4: string, title: string): Promise<void> {
  const xmp = Buffer.from(
    [
      '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""',
      ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
      ` Iptc4xmpExt:DigitalSourceType="${SOURCE_TYPE}">`,
      `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>`,
      `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${SYNTHETIC_COMMENT}</rdf:li></rdf:Alt></dc:description>`,
      '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
    ].join(''),
    'utf8',
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + XMP_UUID.length + xmp.length, 0);
  head.write('uuid', 4, 'latin1');
  await appendFile(mp4, Buffer.concat([head, XMP_UUID, xmp]));
}
