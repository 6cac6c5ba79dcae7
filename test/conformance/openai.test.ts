import { OPENAI_ROWS } from './openai-rows';
import { describePaid } from './paid-suite';

describe.each(OPENAI_ROWS)('OpenAI $name', (row) => describePaid(row));
