import { allOffers } from '../../adapters/registry';
import { ELEVENLABS_ROWS } from './elevenlabs-rows';
import { FAL_ROWS } from './fal-rows';
import { LOCAL_ROWS } from './local-rows';
import { OPENAI_ROWS } from './openai-rows';

const ROWS = { elevenlabs: ELEVENLABS_ROWS, fal: FAL_ROWS, local: LOCAL_ROWS, openai: OPENAI_ROWS };

it('every capability that a family offers has its row in the tables of conformance, and no row is of something else', () => {
  const rows = Object.entries(ROWS).flatMap(([family, all]) => all.map(({ capability }) => `${family} ${capability}`));
  const offers = allOffers().map(({ family, capability }) => `${family} ${capability}`);
  expect([...new Set(rows)].sort()).toEqual(offers.sort());
});
