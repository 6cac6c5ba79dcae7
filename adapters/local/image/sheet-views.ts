import type { Framing } from '../../../contracts/vocabulary';
import type { FaceMesh } from '../../capabilities/image';
import { placeSubject } from '../render/placement';
import type { Extent } from '../render/placement';
import type { Channels, Placement } from '../render/rig-types';
import { irisCentre } from './landmarks';
import { LEFT_IRIS, RIGHT_IRIS } from './mesh-points';
import { chooseNeutralLook, mouthOpenness } from './neutral-look';

/** One picture of the character sheet. */
export interface SheetView {
  /** Name in the contract. */
  view: string;
  label: string;
  channels: Channels;
  placement: Placement;
  /** Framed as in a film, where a body that the photo cuts off ends below the frame. */
  framed: boolean;
}

/** Distance of the eyes and height of the eye line in the square of a head view, as shares of its side. */
const HEAD = { interocular: 0.19, eyeLine: 0.43 };
/** A photo that shows teeth smiles by itself; another is made to. */
const SMILES_BY_ITSELF = 0.08;

/**
 * The eleven views. Turns are as far as one photo allows without distortion, about ten degrees, and labelled so.
 * `side` is the side of each square picture in pixels.
 */
export function sheetViews(
  mesh: FaceMesh,
  { side, extent, seed }: { side: number; extent: Extent; seed: number },
): SheetView[] {
  const rest = chooseNeutralLook(mesh, { style: null, seed }).channels;
  const smile: Channels = mouthOpenness(mesh) > SMILES_BY_ITSELF ? {} : { smile: 0.55, wide: 0.2 };
  const head = headPlacement(mesh, side);
  const view = (name: string, label: string, channels: Channels): SheetView => {
    return { view: name, label, channels, placement: head, framed: false };
  };
  const framed = (framing: Framing, label: string): SheetView => {
    const placement = placeSubject(mesh, { framing, size: { width: side, height: side }, extent });
    return { view: framing, label, channels: rest, placement, framed: true };
  };
  return [
    view('neutral', 'Neutral', rest),
    view('smile', 'Smile', smile),
    view('speaking', 'Speaking', { jaw: 0.34, close: 0.2, smile: -0.15 }),
    view('eyes_closed', 'Eyes closed', { ...rest, blink: 1 }),
    view('turn_left', 'Slight turn left', { ...rest, yaw: 0.24 }),
    view('turn_right', 'Slight turn right', { ...rest, yaw: -0.24 }),
    view('chin_up', 'Chin up', { ...rest, pitch: -0.18 }),
    view('chin_down', 'Chin down', { ...rest, pitch: 0.16 }),
    framed('close', 'Close'),
    framed('medium', 'Medium'),
    framed('wide', 'Wide'),
  ];
}

function headPlacement(mesh: FaceMesh, side: number): Placement {
  const [left, right] = [irisCentre(mesh.landmarks, LEFT_IRIS), irisCentre(mesh.landmarks, RIGHT_IRIS)];
  const scale = (HEAD.interocular * side) / mesh.interocular;
  return {
    scale,
    x: side / 2 - (scale * (left[0] + right[0])) / 2,
    y: HEAD.eyeLine * side - (scale * (left[1] + right[1])) / 2,
  };
}
