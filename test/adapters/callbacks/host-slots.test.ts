import { HostSlots } from '../../../adapters/callbacks/host-slots';

describe('slots of a host', () => {
  it('are limited for each host alone', () => {
    const slots = new HostSlots({ healthy: 2, failing: 1 });
    const release = slots.take('a');
    expect(slots.take('a')).not.toBeNull();
    expect(slots.take('a')).toBeNull();
    expect(slots.take('b')).not.toBeNull();
    release?.(true);
    expect(slots.take('a')).not.toBeNull();
  });

  it('are few while a host fails, and all again when it answers', () => {
    const slots = new HostSlots({ healthy: 3, failing: 1 });
    slots.take('a')?.(false);
    const release = slots.take('a');
    expect(slots.take('a')).toBeNull();
    release?.(true);
    expect([slots.take('a'), slots.take('a'), slots.take('a'), slots.take('a')].map((slot) => slot !== null)).toEqual([true, true, true, false]);
  });
});
