package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers are read as they were put, and where they were put. */
final class VarintReaderTest {

  /** As many bytes as hold the number, at the borders of each of them. */
  @Test
  void aNumberOfAnySizeIsRead() {
    List<Long> numbers = new ArrayList<>(List.of(0L, Long.MAX_VALUE));
    for (int bits = 7; bits < Long.SIZE - 1; bits += 7) {
      numbers.addAll(List.of((1L << bits) - 1, 1L << bits, (1L << bits) + 0x55));
    }
    byte[] bytes = new byte[10 * numbers.size()];
    int end = 3;
    for (long number : numbers) {
      end = Bytes.putVarint(bytes, end, number);
    }
    VarintReader in = new VarintReader(bytes, 3);
    for (long number : numbers) {
      assertThat(in.next()).isEqualTo(number);
    }
    assertThat(in.at()).isEqualTo(end);
  }

  @Test
  void bytesBetweenNumbersAreReadOrSkipped() {
    VarintReader in = new VarintReader(new byte[] {(byte) 0x80, 1, 7, 9, 9, 5}, 0);
    assertThat(in.next()).isEqualTo(128);
    assertThat(in.nextByte()).isEqualTo(7);
    in.skip(2);
    assertThat(in.at()).isEqualTo(5);
    assertThat(in.next()).isEqualTo(5);
    assertThatThrownBy(in::next).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aNumberThatIsCutOffIsRefused() {
    byte[] whole = new byte[10];
    int length = Bytes.putVarint(whole, 0, 1L << 40);
    for (int left = 0; left < length; left++) {
      VarintReader in = new VarintReader(Arrays.copyOf(whole, left), 0);
      assertThatThrownBy(in::next).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
