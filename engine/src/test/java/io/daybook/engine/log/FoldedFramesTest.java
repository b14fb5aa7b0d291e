package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.Bytes;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldedFramesTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 50})
  void whatIsFoldedComesBack(int count) {
    for (int seed = 0; seed < 50; seed++) {
      byte[] frames = frames(new Random(seed), count);
      byte[] folded = frames.clone();

      FoldedFrames.fold(folded, folded.length);
      assertThat(Arrays.equals(folded, frames)).isEqualTo(count == 1);
      assertThat(FoldedFrames.unfold(folded)).isTrue();
      assertThat(folded).isEqualTo(frames);
    }
  }

  @Test
  void whatFollowsFromTheFrameBeforeIsZero() {
    byte[] frames = frames(new Random(1), 2);
    int second = Bytes.getInt(frames, Frame.LENGTH);
    Bytes.putInt(frames, second + Frame.CHAIN, Bytes.getInt(frames, Frame.CHECK));
    Bytes.putLong(
        frames,
        second + Frame.FIRST_POSITION,
        Bytes.getLong(frames, Frame.FIRST_POSITION) + Bytes.getInt(frames, Frame.EVENTS));
    Bytes.putLong(
        frames, second + Frame.RECORDED_AT, Bytes.getLong(frames, Frame.RECORDED_AT) + 250);

    FoldedFrames.fold(frames, frames.length);
    assertThat(Bytes.getInt(frames, second + Frame.CHAIN)).isZero();
    assertThat(Bytes.getLong(frames, second + Frame.FIRST_POSITION)).isZero();
    assertThat(Bytes.getLong(frames, second + Frame.RECORDED_AT)).isEqualTo(250);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -8, 0, 8, 56, 1 << 20, Integer.MAX_VALUE})
  void whatIsNoFrameIsToldApart(int length) {
    byte[] frames = frames(new Random(1), 3);
    FoldedFrames.fold(frames, frames.length);
    Bytes.putInt(frames, Bytes.getInt(frames, Frame.LENGTH) + Frame.LENGTH, length);
    assertThat(FoldedFrames.unfold(frames)).isFalse();
  }

  @Test
  void aFrameThatIsCutOffIsToldApart() {
    byte[] frames = frames(new Random(1), 3);
    FoldedFrames.fold(frames, frames.length);
    assertThat(FoldedFrames.unfold(Arrays.copyOf(frames, frames.length - 8))).isFalse();
    assertThat(FoldedFrames.unfold(Arrays.copyOf(frames, frames.length + 8))).isFalse();
  }

  /** Frames with anything in them, one behind the other. */
  private static byte[] frames(Random random, int count) {
    byte[] frames = new byte[0];
    for (int i = 0; i < count; i++) {
      byte[] frame = new byte[Frame.HEADER_BYTES + 8 * random.nextInt(20)];
      random.nextBytes(frame);
      Bytes.putInt(frame, Frame.LENGTH, frame.length);
      int at = frames.length;
      frames = Arrays.copyOf(frames, at + frame.length);
      System.arraycopy(frame, 0, frames, at, frame.length);
    }
    return frames;
  }
}
