import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';

/** Faces that figures are measured on; where they come from stands in assets/portraits/README.md. */
export const FACES = {
  /** Small (43 pixels between the eyes), an open smile, a body that fills the picture. */
  astronaut: portraitFile('astronaut.png'),
  /** Hat, glasses, closed lips, white hair before dark and bright grounds, shoulders cut off at one side. */
  hopper: portraitFile('grace-hopper.jpg'),
  /** A painting in three-quarter view, closed lips, long dark hair before a dark ground. */
  mona_lisa: portraitFile('mona-lisa.jpg'),
} as const;
export type FaceName = keyof typeof FACES;
export const FACE_NAMES = ['astronaut', 'hopper', 'mona_lisa'] as const satisfies readonly FaceName[];

function portraitFile(name: string): string {
  return path.join(projectRoot(), 'assets/portraits', name);
}
