package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.index.MergePolicy.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergePolicyTest {
  private static final long UNIT = 1 << 18;

  @Test
  void leavesFewFilesAlone() {
    assertThat(first(1, 1, 1)).isEqualTo(-1);
    assertThat(first()).isEqualTo(-1);
  }

  @Test
  void mergesFourOfASize() {
    assertThat(first(1, 1, 1, 1)).isZero();
    assertThat(first(16, 4, 4, 1, 1, 1, 1)).isEqualTo(3);
  }

  @Test
  void doesNotRewriteALargeFileForAFewSmallOnes() {
    assertThat(first(16, 1, 1, 1)).isEqualTo(-1);
    assertThat(first(16, 16, 1, 16, 16)).isZero();
  }

  @Test
  void stopsAtTheLargestSize() {
    assertThat(first(16, 16, 16, 16)).isZero();
    assertThat(first(17, 16, 16, 16)).isEqualTo(-1);
    List<Size> manyTerms = List.of(size(1, 1 << 22), size(1, 1 << 22), size(1, 1), size(1, 1));
    assertThat(MergePolicy.firstOf(manyTerms)).isEqualTo(-1);
    List<Size> asMany =
        List.of(size(1, 1 << 22), size(1, 1 << 21), size(1, 1 << 20), size(1, 1 << 20));
    assertThat(MergePolicy.firstOf(asMany)).isZero();
  }

  @Test
  void keepsFilesFewAndRewritesEventsSeldom() {
    Random random = new Random(51);
    List<Size> files = new ArrayList<>();
    long written = 0;
    long total = 0;
    int most = 0;
    for (int i = 0; i < 4_000; i++) {
      long positions = random.nextInt(10) == 0 ? 1 + random.nextInt(5_000) : UNIT;
      files.add(size(positions, positions / 10));
      total += positions;
      written += positions;
      for (int at = MergePolicy.firstOf(files); at >= 0; at = MergePolicy.firstOf(files)) {
        List<Size> merged = files.subList(at, at + MergePolicy.FAN_OUT);
        long sum = merged.stream().mapToLong(Size::positions).sum();
        merged.clear();
        files.add(at, size(sum, sum / 10));
        written += sum;
      }
      most = Math.max(most, files.size() - (int) (total / MergePolicy.MAX_EVENTS));
    }
    assertThat(files.stream().mapToLong(Size::positions).sum()).isEqualTo(total);
    assertThat(written).as("times an event is written").isLessThan(6 * total);
    assertThat(most).as("files beside those of full size").isLessThan(60);
  }

  private static int first(int... sizes) {
    List<Size> files = new ArrayList<>();
    for (int size : sizes) {
      files.add(size(size * UNIT, size));
    }
    return MergePolicy.firstOf(files);
  }

  private static Size size(long positions, long terms) {
    return new Size(positions, terms);
  }
}
