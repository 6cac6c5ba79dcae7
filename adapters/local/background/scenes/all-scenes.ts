import type { Place } from '../../plan/keywords';
import type { Scene } from '../sketch';
import { abstract } from './abstract';
import { city } from './city';
import { home } from './home';
import { library } from './library';
import { nature } from './nature';
import { office } from './office';
import { seaside } from './seaside';
import { stage } from './stage';
import { studio } from './studio';
import { workshop } from './workshop';

export const SCENES: Record<Place, Scene> = {
  studio,
  office,
  city,
  nature,
  seaside,
  home,
  library,
  workshop,
  abstract,
  stage,
};
