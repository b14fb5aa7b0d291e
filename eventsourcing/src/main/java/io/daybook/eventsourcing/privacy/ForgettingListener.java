package io.daybook.eventsourcing.privacy;

import java.util.Set;

/** Is told that a subject was forgotten, to let go of what it keeps of it outside of the events. */
@FunctionalInterface
public interface ForgettingListener {

  /**
   * A subject was forgotten: its events already read as placeholders. May be called more than once
   * for a subject, and by any thread. If it throws, it is called again: by whoever calls {@link
   * Forgetting#forget} again, or at the next opening.
   *
   * @param subject the subject's id
   * @param streams the streams in which something personal about it is visible in the store
   */
  void forgotten(String subject, Set<String> streams);
}
