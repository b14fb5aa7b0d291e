package io.daybook.engine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.keys.StoreKeyException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys from where their owners keep them. */
final class KeySourceTest {
  private static final byte[] KEY = new byte[32];

  static {
    for (int i = 0; i < KEY.length; i++) {
      KEY[i] = (byte) (7 * i + 130);
    }
  }

  @TempDir private Path folder;

  private Path file(byte[] content) throws IOException {
    Path file = folder.resolve("key");
    Files.write(file, content);
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return file;
  }

  private Path file(String content) throws IOException {
    return file(content.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aFileHoldsBytesOrHexadecimalDigitsOrBase64() throws IOException {
    assertThat(KeySource.file(file(KEY)).key()).isEqualTo(KEY);
    assertThat(KeySource.file(file(HexFormat.of().formatHex(KEY) + "\n")).key()).isEqualTo(KEY);
    assertThat(KeySource.file(file(Base64.getEncoder().encodeToString(KEY) + "\r\n")).key())
        .isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a-password-of-32-letters-is-none",
        "00112233445566778899aabbccddeeff",
        "not Base64, and not hexadecimal either: it is of 64 letters, no?"
      })
  void whatIsNoKeyIsRefused(String content) throws IOException {
    KeySource source = KeySource.file(file(content));
    assertThatThrownBy(source::key)
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContainingAll("holds no key", "openssl rand")
        .hasMessageNotContaining(content.isEmpty() ? "\0" : content)
        .extracting("reason")
        .isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    KeySource source = KeySource.file(folder.resolve("nothing"));
    assertThatThrownBy(source::key)
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining("nothing");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFileThatEverybodyReadsIsRefused() throws IOException {
    Path file = file(KEY);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw----r--"));
    KeySource source = KeySource.file(file);
    assertThatThrownBy(source::key)
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining("chmod 600 " + file);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCommandTellsTheKey() {
    String hex = HexFormat.of().formatHex(KEY);
    assertThat(KeySource.command(List.of("echo", hex)).key()).isEqualTo(KEY);
    assertThat(KeySource.command(List.of("sh", "-c", "echo " + hex)).toString())
        .doesNotContain(hex);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCommandThatFailsIsNamedWithoutItsArguments() {
    KeySource fails = KeySource.command(List.of("sh", "-c", "exit 3 # token"));
    assertThatThrownBy(fails::key)
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContainingAll("sh", "ended with 3")
        .hasMessageNotContaining("token");
    KeySource missing = KeySource.command(List.of("no-such-program-is-there"));
    assertThatThrownBy(missing::key)
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining("no-such-program-is-there");
  }

  @Test
  void aGivenKeyIsCopiedAndNotTold() {
    byte[] given = KEY.clone();
    KeySource source = KeySource.of(given);
    given[0] = 0;
    assertThat(source.key()).isEqualTo(KEY);
    source.key()[0] = 0;
    assertThat(source.key()).isEqualTo(KEY);
    assertThat(source.toString()).doesNotContain("130", "82");
    assertThatThrownBy(() -> KeySource.of(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
