package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventstore.EventStoreFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockCodecTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 64, 5_000, 200_000})
  void whatIsCompressedComesBack(int length) {
    byte[] alike = new byte[length + 10];
    Arrays.fill(alike, (byte) 'a');
    byte[] noise = new byte[length + 10];
    new Random(1).nextBytes(noise);
    for (byte[] plain : new byte[][] {alike, noise}) {
      byte[] packed = BlockCodec.compress(plain, length);
      assertThat(packed.length).isBetween(1, length);
      assertThat(BlockCodec.decompress(packed, length)).isEqualTo(Arrays.copyOf(plain, length));
    }
  }

  @Test
  void whatIsNoBlockIsToldApart() {
    byte[] packed = BlockCodec.compress(new byte[5_000], 5_000);
    assertThat(BlockCodec.decompress(packed, 4_999)).isNull();
    assertThat(BlockCodec.decompress(packed, 5_001)).isNull();
    packed[0] ^= 1;
    assertThat(BlockCodec.decompress(packed, 5_000)).isNull();
  }

  @Test
  void withoutTheLibraryTheErrorNamesIt() throws Exception {
    Class<?> codec = new WithoutZstd().loadClass(BlockCodec.class.getName());
    assertThat(codec).isNotSameAs(BlockCodec.class);
    assertThatThrownBy(() -> codec.getMethod("require").invoke(null))
        .isInstanceOf(InvocationTargetException.class)
        .cause()
        .isInstanceOf(EventStoreFailedException.class)
        .hasMessageContaining("com.github.luben:zstd-jni");
  }

  /** Knows the codec, and not the library. */
  private static final class WithoutZstd extends ClassLoader {
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.github.luben.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.equals(BlockCodec.class.getName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      try (InputStream in = BlockCodec.class.getResourceAsStream("BlockCodec.class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
