package io.daybook.eventsourcing.privacy;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keys in memory, for tests: when they are gone, so is all that they sealed. May be used by any
 * number of threads.
 */
public final class InMemorySubjectKeys implements SubjectKeys {
  private final KeyRing ring = new KeyRing(SubjectKey.randomBytes(SubjectKey.KEY_BYTES));

  /** Without any subject, with a new hash key. */
  public InMemorySubjectKeys() {}

  @Override
  public SubjectKey current(String subject) {
    SubjectKey known = ring.current(subject);
    return known == null ? create(subject) : known;
  }

  private synchronized SubjectKey create(String subject) {
    SubjectKey known = ring.current(subject);
    return known == null ? rotate(subject) : known;
  }

  @Override
  public Optional<SubjectKey> find(String subject, int version) {
    return ring.find(subject, version, "the keys in memory");
  }

  @Override
  public synchronized SubjectKey rotate(String subject) {
    SubjectKey key = ring.next(subject);
    var _ = ring.add(key);
    return key;
  }

  @Override
  public synchronized void forget(Collection<String> subjects) {
    List.copyOf(subjects).forEach(ring::forget);
  }

  @Override
  public Set<String> forgotten() {
    return ring.forgotten();
  }

  @Override
  public String hash(String text) {
    return ring.hash(text);
  }

  @Override
  public void close() {
    // nothing is held
  }
}
