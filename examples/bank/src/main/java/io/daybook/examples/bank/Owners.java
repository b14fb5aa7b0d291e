package io.daybook.examples.bank;

import io.daybook.eventsourcing.privacy.MasterKey;
import io.daybook.eventsourcing.privacy.SubjectForgotten;
import io.daybook.eventsourcing.privacy.SubjectKey;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventsourcing.privacy.SubjectKeysFile;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.jackson.JsonCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who owns an account is personal: the name is sealed with a key of the account's own, and
 * forgotten by deleting that key.
 */
final class Owners {
  /** What is read in the place of a name that is forgotten. */
  static final String NOBODY = "[forgotten]";

  /** The default file of the master key, in the bank's folder. */
  static final String MASTER_KEY = "master.key";

  static final JsonCodec<SubjectForgotten> FORGOTTEN = JsonCodec.of(SubjectForgotten.class);

  private static final String KEYS = "keys";
  private static final int KEY_BYTES = 32;

  private Owners() {}

  /** Seals and opens the names of owners. */
  static JsonCodec<AccountEvent> codec(SubjectKeys keys) {
    return codec(keys, NOBODY);
  }

  /** Reads events without any key, for those who only look on: every name is "[sealed]". */
  static JsonCodec<AccountEvent> codecWithoutKeys() {
    return codec(new NoKeys(), "[sealed]");
  }

  private static JsonCodec<AccountEvent> codec(SubjectKeys keys, String placeholder) {
    return JsonCodec.of(AccountEvent.class)
        .withPersonal(
            keys,
            personal ->
                personal.fields(AccountOpened.class, Owners::subject, "owner").text(placeholder));
  }

  private static String subject(AccountOpened opened) {
    return Objects.requireNonNull(opened.account(), "account");
  }

  /**
   * The keys of a bank, in the folder {@code keys} of its own, made if they are missing.
   *
   * @param masterKey the file of the master key; null for one in the bank's folder, which is made
   *     if it and the keys are missing
   */
  static SubjectKeysFile keys(Path data, @Nullable Path masterKey) {
    Path folder = data.resolve(KEYS);
    Path file = masterKey == null ? data.resolve(MASTER_KEY) : masterKey;
    try {
      if (masterKey == null && !Files.exists(file) && !Files.exists(folder)) {
        makeKey(file);
      }
      return SubjectKeysFile.open(folder, MasterKey.file(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whole or not at all, durable, and for nobody else to read. */
  private static void makeKey(Path file) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    if (Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")) {
      var mine = PosixFilePermissions.fromString("rw-------");
      Files.createFile(next, PosixFilePermissions.asFileAttribute(mine));
    }
    Files.writeString(next, HexFormat.of().formatHex(key) + "\n");
    try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Opens nothing, and seals nothing. */
  private static final class NoKeys implements SubjectKeys {
    @Override
    public SubjectKey current(String subject) {
      throw new UnsupportedOperationException("there are no keys to write with");
    }

    @Override
    public Optional<SubjectKey> find(String subject, int version) {
      return Optional.empty();
    }

    @Override
    public SubjectKey rotate(String subject) {
      throw new UnsupportedOperationException("there are no keys");
    }

    @Override
    public void forget(Collection<String> subjects) {
      throw new UnsupportedOperationException("there are no keys");
    }

    @Override
    public Set<String> forgotten() {
      return Set.of();
    }

    @Override
    public String hash(String text) {
      throw new UnsupportedOperationException("there are no keys");
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
