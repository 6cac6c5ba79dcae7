/** Why a photo cannot be used; the codes of the contract. */
export type PhotoCode =
  | 'photo_undecodable'
  | 'photo_type_unsupported'
  | 'photo_heic'
  | 'photo_animated'
  | 'photo_too_large'
  | 'photo_face_missing'
  | 'photo_faces_many'
  | 'photo_face_too_small'
  | 'photo_face_cut'
  | 'photo_blurred'
  | 'photo_too_dark'
  | 'photo_too_bright'
  | 'photo_pose_extreme';

/** One photo cannot be used. The message is a sentence for people, without file names or anything the picture shows. */
export class PhotoRefused extends Error {
  constructor(
    readonly code: PhotoCode,
    message: string,
  ) {
    super(message);
    this.name = 'PhotoRefused';
  }
}
