package io.daybook.eventsourcing.privacy;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of subjects, in a store of their own: whoever has the events alone reads nothing
 * personal. May be used by any number of threads.
 *
 * <p>A subject has one key at first, made when it is first asked for, and more if it is {@linkplain
 * #rotate rotated}; new data is sealed with the newest. A forgotten subject has none, for ever:
 * that it was forgotten is kept.
 *
 * <p>Every method throws {@link SubjectKeysException} if the store cannot do its work, and {@link
 * IllegalArgumentException} for an id that is blank, too long for a tag or holds control
 * characters.
 */
public interface SubjectKeys extends AutoCloseable {

  /**
   * The key to seal a subject's data with. If it is new, it is durable before this returns.
   *
   * @throws SubjectForgottenException if the subject was forgotten
   */
  SubjectKey current(String subject);

  /**
   * The key that opens what a subject's key of that version sealed; nothing if the subject was
   * forgotten.
   *
   * @throws SubjectKeysException if the subject was not forgotten and there is no such key: data
   *     that ought to be readable is not, which is never passed off as forgotten
   */
  Optional<SubjectKey> find(String subject, int version);

  /**
   * Gives a subject one more key. What older ones sealed stays readable by them.
   *
   * @throws SubjectForgottenException if the subject was forgotten
   */
  SubjectKey rotate(String subject);

  /**
   * Deletes all keys of these subjects, and keeps that they were forgotten; both are durable when
   * this returns. A subject that had no key, or was forgotten before, is no error.
   */
  void forget(Collection<String> subjects);

  /** The ids of all forgotten subjects. */
  Set<String> forgotten();

  /**
   * A text that stands for this one: the same for the same text, and not to be guessed without the
   * store's hash key, which stays the same for ever. HMAC-SHA-256 as 43 characters of Base64 for
   * URLs.
   */
  String hash(String text);

  /** Lets go of everything. Closing twice does nothing. */
  @Override
  void close();
}
