import { FAL_ROWS } from './fal-rows';
import { describePaid } from './paid-suite';

describe.each(FAL_ROWS)('fal $name', (row) => describePaid(row));
