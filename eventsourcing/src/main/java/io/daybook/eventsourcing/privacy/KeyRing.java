package io.daybook.eventsourcing.privacy;

import io.daybook.eventsourcing.privacy.SubjectKeysException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * All keys of a store in memory. Reading needs no lock; whoever changes it takes care that nobody
 * else does.
 */
final class KeyRing {
  private static final String HMAC = "HmacSHA256";

  /** The keys of a subject in the order of their versions; none if it was forgotten. */
  private final Map<String, List<SubjectKey>> subjects = new ConcurrentHashMap<>();

  private final byte[] hashKey;

  KeyRing(byte[] hashKey) {
    this.hashKey = hashKey.clone();
  }

  /** The newest key; null if the subject has none yet. */
  @Nullable SubjectKey current(String subject) {
    List<SubjectKey> keys = subjects.get(subject);
    if (keys == null) {
      Personal.requireSubject(subject);
      return null;
    }
    if (keys.isEmpty()) {
      throw new SubjectForgottenException(subject);
    }
    return keys.getLast();
  }

  Optional<SubjectKey> find(String subject, int version, Object where) {
    List<SubjectKey> keys = subjects.get(subject);
    if (keys != null && keys.isEmpty()) {
      return Optional.empty();
    }
    if (keys == null || version < 1 || version > keys.size()) {
      throw new SubjectKeysException(
          Reason.MISSING_KEY,
          "key "
              + version
              + " of the subject "
              + subject
              + " is not in "
              + where
              + ", and the subject was not forgotten; open the key store that belongs to these"
              + " events, or a later backup of it");
    }
    return Optional.of(keys.get(version - 1));
  }

  /** The next key that a subject may get; it is not added. */
  SubjectKey next(String subject) {
    SubjectKey current = current(subject);
    return SubjectKey.random(subject, current == null ? 1 : current.version() + 1);
  }

  /** Adds a subject's next key; false if its version is not the next one. */
  boolean add(SubjectKey key) {
    List<SubjectKey> keys = subjects.getOrDefault(key.subject(), List.of());
    if (key.version() != keys.size() + 1) {
      return false;
    }
    var all = new ArrayList<>(keys);
    all.add(key);
    subjects.put(key.subject(), List.copyOf(all));
    return true;
  }

  void forget(String subject) {
    subjects.put(Personal.requireSubject(subject), List.of());
  }

  boolean isForgotten(String subject) {
    List<SubjectKey> keys = subjects.get(Personal.requireSubject(subject));
    return keys != null && keys.isEmpty();
  }

  Set<String> forgotten() {
    return subjects.entrySet().stream()
        .filter(entry -> entry.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The subjects and their keys. */
  Map<String, List<SubjectKey>> subjects() {
    return subjects;
  }

  byte[] hashKey() {
    return hashKey.clone();
  }

  String hash(String text) {
    byte[] mac =
        hmac(new SecretKeySpec(hashKey, HMAC), text.getBytes(StandardCharsets.UTF_8), new byte[0]);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
  }

  /** HMAC-SHA-256 over two pieces. */
  static byte[] hmac(SecretKey key, byte[] first, byte[] second) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      mac.update(first);
      return mac.doFinal(second);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
