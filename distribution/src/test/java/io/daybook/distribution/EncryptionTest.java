package io.daybook.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted stores by the command. */
class EncryptionTest {
  private static final String HEX =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

  @TempDir private Path directory;
  private Path store;
  private String key;
  private String newKey;

  @BeforeEach
  void fill() throws IOException {
    store = directory.resolve("store");
    key = keyFile("key", HEX);
    newKey = keyFile("new-key", HEX.replace('0', 'f'));
    Shell.run(
            store,
            "append",
            "account-1",
            "--type",
            "Opened",
            "--data",
            "{\"owner\":\"ada\"}",
            "--key-file",
            key)
        .ok();
  }

  private String keyFile(String name, String hex) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, hex + "\n");
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return file.toString();
  }

  private String read(Path from, String file) {
    return Shell.run(from, "read", "--key-file", file).ok().out();
  }

  private static void refused(Path store, String why, String... args) {
    Shell.Outcome outcome = Shell.run(store, args);
    assertThat(outcome.err()).contains(why).hasLineCount(1);
    assertThat(outcome.exitCode()).isEqualTo(1);
  }

  @Test
  void every_command_takes_the_key() throws IOException {
    assertThat(read(store, key)).contains("account-1", "ada");
    String copy = directory.resolve("copy").toString();
    String back = directory.resolve("back").toString();
    Shell.run(store, "stats", "--key-file", key).ok();
    Shell.run(store, "verify", "--key-file", key).ok();
    Shell.run(store, "export", "--key-file", key).ok();
    Shell.run(store, "scavenge", "--key-file", key).ok();
    Shell.run(store, "repair", "--key-file", key).ok();
    Shell.run(store, "backup", copy).ok();
    Shell.run(store, "restore", copy, back, "--key-file", key).ok();
    assertThat(read(Path.of(back), key)).isEqualTo(read(store, key));
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain("account-1", "ada");
      }
    }
  }

  @Test
  void without_the_key_it_says_so() {
    refused(store, "is encrypted; give its key", "read");
    refused(store, "is encrypted; give its key", "verify");
    refused(store, "give the key of this store", "read", "--key-file", newKey);
    refused(directory.resolve("plain"), "there is no store", "read", "--key-file", key);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void a_command_tells_the_key() {
    assertThat(Shell.run(store, "read", "--key-command", "cat '" + key + "'").ok().out())
        .contains("ada");
    refused(store, "ended with 4", "read", "--key-command", "exit 4");
  }

  @Test
  void the_key_is_replaced() {
    String before = read(store, key);
    Shell.run(store, "rotate-key", "--key-file", key, "--new-key-file", newKey, "--encrypt-anew")
        .ok();
    refused(store, "give the key of this store", "read", "--key-file", key);
    assertThat(read(store, newKey)).isEqualTo(before);
  }

  @Test
  void a_store_that_is_not_encrypted_becomes_so_by_export_and_import() {
    Path plain = directory.resolve("plain");
    String file = directory.resolve("all.ndjson.gz").toString();
    Shell.run(plain, "append", "account-2", "--type", "Opened", "--data", "{\"owner\":\"bob\"}")
        .ok();
    Path sealed = directory.resolve("sealed");
    Shell.run(plain, "export", file).ok();
    refused(plain, "is not encrypted", "import", file, "--key-file", key);
    Shell.run(sealed, "import", file, "--key-file", key).ok();
    assertThat(withoutTimes(read(sealed, key)))
        .contains("bob")
        .isEqualTo(withoutTimes(Shell.run(plain, "read").ok().out()));
    refused(sealed, "is encrypted; give its key", "read");
  }

  private static String withoutTimes(String lines) {
    return lines.replaceAll("\"recordedAt\":\"[^\"]*\"", "");
  }
}
