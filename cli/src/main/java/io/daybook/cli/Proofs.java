package io.daybook.cli;

import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evidence that a store's history was not changed, as texts: signed heads, proofs, and the keys for
 * them. What is thrown says in one line what does not match.
 */
public interface Proofs {

  /**
   * A key pair.
   *
   * @param privateKey the secret, as the content of a file
   * @param publicKey what checks, as the content of a file
   * @param id a short name for it, to be shown
   */
  record Keys(String privateKey, String publicKey, String id) {
    /** Checks that nothing is null. */
    public Keys {
      Objects.requireNonNull(privateKey, "privateKey");
      Objects.requireNonNull(publicKey, "publicKey");
      Objects.requireNonNull(id, "id");
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return id;
    }
  }

  /**
   * What a proof proves.
   *
   * @param sentence what it proves, for a person to read
   * @param shown the event that it is about; null if it shows none
   */
  record Checked(String sentence, @Nullable RecordedEvent shown) {
    /** Checks that there is a sentence. */
    public Checked {
      Objects.requireNonNull(sentence, "sentence");
    }

    /** The event that it is about, if it shows one. */
    public Optional<RecordedEvent> event() {
      return Optional.ofNullable(shown);
    }
  }

  /** Makes a key pair. */
  Keys newKeys();

  /** Signs the head of a store. */
  String signHead(String location, String privateKey, ProgressListener progress);

  /** Signs the head of a store, and proves that an event is under it. */
  String prove(String location, Position position, String privateKey, ProgressListener progress);

  /** Proves that an event is under a head that was signed before. */
  String proveUnder(String location, Position position, String head, ProgressListener progress);

  /** Signs the head of a store, and proves that what an older head signed is unchanged. */
  String proveSince(
      String location, String olderHead, String privateKey, ProgressListener progress);

  /** The same proof without the event's content. */
  String withoutEvent(String proof);

  /**
   * Checks a head or a proof. Needs no store.
   *
   * @throws io.daybook.eventstore.EventStoreException if it does not hold; the message says why
   */
  Checked check(String proof, String publicKey);
}
