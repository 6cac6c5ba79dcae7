import type { AssetRef } from '../../contracts/media';
import type { CharacterSheetOutput, NeutralImageOutput, ValidateOutput } from '../../contracts/stages';
import type { AdapterInfo, CostRange, Support, WorkContext } from './adapter';

/** One photo that cannot be used. `code` is one of the photo_… codes of contracts/errors.ts. */
export interface PhotoProblem {
  photo: number;
  code: string;
  /** A sentence for people, without a file name or anything of the picture's content. */
  message: string;
}

/**
 * What the caller gets when no photo can be used: thrown by `validatePhotos`, so it fails the stage without a retry.
 * The first problem gives the job its code.
 */
export class PhotosRejected extends Error {
  constructor(readonly problems: PhotoProblem[]) {
    super(problems[0]?.message ?? 'No photo can be used.');
    this.name = 'PhotosRejected';
  }
}

export interface ValidatePhotosRequest {
  photos: AssetRef[];
}

export interface NeutralImageRequest {
  photo: AssetRef;
  /** Turn of the picture that `validatePhotos` found, degrees. */
  rotation: number;
  /** Regeneration changes it; same seed, same bytes. */
  seed: number;
  style: string | null;
}

export interface CharacterSheetRequest {
  neutral: AssetRef;
  plate: AssetRef;
  mesh: AssetRef;
  /** Stands on the sheet; not personal. */
  title: string;
  seed: number;
}

/** The document behind a `mesh` asset. */
export interface FaceMesh {
  /** Size of the plate in pixels. */
  width: number;
  height: number;
  /** 478 landmarks (MediaPipe face mesh with irises) as [x, y, z] in plate pixels; z grows away from the viewer. */
  landmarks: [number, number, number][];
  /** Distance of the iris centres in plate pixels. */
  interocular: number;
}

/** Photos to identity: check, neutral image with plate and mesh, character sheet. */
export interface ImageAdapter extends AdapterInfo {
  readonly capability: 'image';
  supports(request: NeutralImageRequest): Support;
  estimate(operation: 'neutral_image' | 'character_sheet'): CostRange;
  neutralImage(request: NeutralImageRequest, context: WorkContext): Promise<NeutralImageOutput>;
  characterSheet(request: CharacterSheetRequest, context: WorkContext): Promise<CharacterSheetOutput>;
}

/** Looks into the photos before anything is paid. Always local. */
export interface PhotoInspector {
  /** @throws PhotosRejected when none can be used, or when one of several shows another person. */
  validatePhotos(request: ValidatePhotosRequest, context: WorkContext): Promise<ValidateOutput>;
}
