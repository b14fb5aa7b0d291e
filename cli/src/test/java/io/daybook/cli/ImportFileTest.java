package io.daybook.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportFileTest {
  @TempDir private Path directory;

  static byte[] packed(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] concatenated(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("file"), bytes);
  }

  private static byte[] read(Path path) {
    try (var file = ImportFile.open(path)) {
      try {
        byte[] content = file.content().readAllBytes();
        assertThat(file.readBytes()).isEqualTo(file.sizeBytes());
        return content;
      } catch (IOException e) {
        throw file.failure(e);
      }
    }
  }

  private static void assertFails(Path path, String message) {
    assertThatThrownBy(() -> read(path))
        .isInstanceOfSatisfying(
            CommandFailedException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessage(message);
  }

  @Test
  void its_first_bytes_tell_whether_it_is_packed() throws Exception {
    byte[] content = new byte[300_000];
    new Random(1).nextBytes(content);
    content[0] = 'x';
    assertThat(read(file(content))).isEqualTo(content);
    assertThat(read(file(packed(content)))).isEqualTo(content);
    for (int size = 0; size < 3; size++) {
      byte[] start = Arrays.copyOf(new byte[] {0x1f, 'x'}, size);
      assertThat(read(file(start))).isEqualTo(start);
      assertThat(read(file(packed(start)))).isEqualTo(start);
    }
  }

  @Test
  void parts_that_follow_each_other_are_one() throws Exception {
    byte[] one = packed("one".getBytes(UTF_8));
    byte[] two = packed("two".getBytes(UTF_8));
    assertThat(read(file(concatenated(one, two, one)))).asString(UTF_8).isEqualTo("onetwoone");
  }

  @Test
  void wherever_it_is_cut_off_it_is_not_taken_for_whole() throws Exception {
    byte[] one = packed("one".getBytes(UTF_8));
    byte[] both = concatenated(one, packed("two".getBytes(UTF_8)));
    for (int size = 2; size < both.length; size++) {
      if (size != one.length) {
        Path cut = file(Arrays.copyOf(both, size));
        assertThatThrownBy(() -> read(cut))
            .as("the first %d bytes", size)
            .isInstanceOf(CommandFailedException.class)
            .hasMessageEndingWith(": get it again");
      }
    }
    assertFails(
        file(Arrays.copyOf(one, 5)), directory.resolve("file") + " is cut off: get it again");
  }

  /** The second part is at, before and behind the ends of the buffer. */
  @ParameterizedTest
  @ValueSource(ints = {0, 60_000, 65_495, 65_500, 65_505, 65_510, 65_513, 65_518, 65_530, 131_050})
  void a_part_whose_head_is_damaged_is_not_left_out(int size) throws Exception {
    byte[] content = new byte[size];
    new Random(2).nextBytes(content);
    byte[] one = packed(content);
    byte[] two = packed("two".getBytes(UTF_8));
    assertThat(read(file(concatenated(one, two)))).hasSize(size + 3);
    two[0] ^= 1;
    Path damaged = file(concatenated(one, two));
    assertFails(
        damaged,
        damaged + " is damaged (something stands behind the end of what is packed): get it again");
    assertThatThrownBy(() -> read(file(concatenated(one, new byte[1]))))
        .hasMessageContaining("something stands behind the end");
  }

  @Test
  void says_what_is_wrong() throws Exception {
    assertFails(directory, directory + " is a directory, not a file");
    Path none = directory.resolve("none");
    assertFails(none, "there is no file " + none);
    byte[] packed = packed("content".getBytes(UTF_8));
    packed[packed.length - 6] ^= 1;
    Path damaged = file(packed);
    assertFails(damaged, damaged + " is damaged (Corrupt GZIP trailer): get it again");
  }
}
