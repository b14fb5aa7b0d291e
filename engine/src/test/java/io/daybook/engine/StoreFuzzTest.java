package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Feeds {@link StoreFuzz}, in every build: with what fuzzing once found, and with files that are
 * changed by a seed. The property {@code fuzz.inputs} says how many of these.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StoreFuzzTest {
  private static final int INPUTS =
      Integer.getInteger("fuzz.inputs", Boolean.getBoolean("daybook.quick") ? 2_000 : 10_000);

  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final long[] EXTREMES = {
    0, 1, -1, 127, 128, 255, 1 << 16, 1L << 31, 1L << 62, Long.MIN_VALUE, Long.MAX_VALUE
  };

  @Test
  void whatFuzzingFoundIsFoundNoMore() throws IOException {
    try (Stream<Path> inputs = Files.list(CORPUS)) {
      List<Path> all = inputs.filter(file -> !file.toString().endsWith(".md")).toList();
      assertThat(all).isNotEmpty();
      for (Path input : all) {
        run(Files.readAllBytes(input), input.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"MANIFEST", "DURABLE", ".log", ".pack", ".leaves", ".keys", ".idx", ".loc"})
  void filesOfEachKindAreChanged(String kind) {
    assertThat(StoreFuzz.files()).anyMatch(name -> name.endsWith(kind));
  }

  @Test
  void changedFilesAreRefusedOrRead() {
    IntStream.range(0, INPUTS)
        .parallel()
        .forEach(seed -> run(changed(new Random(seed)), "seed " + seed));
  }

  private static void run(byte[] input, String what) {
    try {
      StoreFuzz.fuzzerTestOneInput(input);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(
          what + ": " + e + "; the input: " + HexFormat.of().formatHex(input), e);
    }
  }

  private static byte[] changed(Random random) {
    int all = StoreFuzz.files().size() + 1;
    boolean plain = random.nextInt(3) > 0; // the others take several times as long
    int file = random.nextInt(plain ? StoreFuzz.PLAIN_FILES : all);
    byte[] input =
        file < StoreFuzz.files().size()
            ? StoreFuzz.input(file, random.nextInt(4) > 0)
            : StoreFuzz.proof();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = 1 + random.nextInt(input.length - 1);
      switch (random.nextInt(8)) {
        case 0, 1 -> input[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> input[at] = (byte) random.nextInt();
        case 3, 4 -> put(input, (at & ~3) | 1, 4, random);
        case 5 -> put(input, (at & ~7) | 1, 8, random);
        case 6 -> {
          int from = 1 + random.nextInt(input.length - 1);
          int length = Math.min(random.nextInt(64), input.length - Math.max(at, from));
          System.arraycopy(input, from, input, at, length);
        }
        default -> {
          if (random.nextInt(4) == 0 && input.length > 9) {
            input =
                Arrays.copyOf(input, random.nextBoolean() ? Math.max(at, 9) : input.length + 64);
          }
        }
      }
    }
    return input;
  }

  private static void put(byte[] input, int at, int size, Random random) {
    long value = EXTREMES[random.nextInt(EXTREMES.length)] + random.nextInt(3) - 1;
    if (at + size <= input.length) {
      if (size == 4) {
        Bytes.putInt(input, at, (int) value);
      } else {
        Bytes.putLong(input, at, value);
      }
    }
  }
}
