package io.daybook.eventsourcing.privacy;

/**
 * Something personal was to be recorded about a subject that was forgotten. Nothing was written.
 * Who comes back is a new subject: give it a new id.
 */
public final class SubjectForgottenException extends RuntimeException {
  private final String subject;

  /** With the subject's id. */
  public SubjectForgottenException(String subject) {
    super(
        "the subject "
            + subject
            + " was forgotten, so nothing personal can be recorded about it any more; who comes"
            + " back needs a new subject id");
    this.subject = subject;
  }

  /** The subject's id. */
  public String subject() {
    return subject;
  }
}
