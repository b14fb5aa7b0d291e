package io.daybook.eventsourcing.privacy;

/**
 * Everything personal about a subject was made unreadable, for good. Read models get this event as
 * any other: read it by the codec that {@link Forgetting} was given, in the category {@link
 * Forgetting#CATEGORY}, and drop what they copied.
 *
 * @param subject the subject's id
 */
public record SubjectForgotten(String subject) {
  /**
   * Checks the id.
   *
   * @throws IllegalArgumentException if it is blank, too long for a tag, or holds control
   *     characters
   */
  public SubjectForgotten {
    Personal.requireSubject(subject);
  }
}
