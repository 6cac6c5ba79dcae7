import { isId, newId } from '../../contracts/ids';

describe('ids', () => {
  const now = new Date('2026-01-01T00:00:00Z');

  it('are UUIDs of version 7', () => {
    const id = newId('job', now);
    expect(id).toMatch(/^job_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(isId('job', id)).toBe(true);
    expect(Number.parseInt(id.slice(4, 16), 16)).toBe(now.getTime());
  });

  it('sort by the time they were made', () => {
    const ids = [3, 1, 2].map((ms) => newId('event', new Date(now.getTime() + ms)));
    expect([...ids].sort()).toEqual([ids[1], ids[2], ids[0]]);
  });

  it('are all different in one millisecond', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newId('asset', now))).size).toBe(1_000);
  });
});
